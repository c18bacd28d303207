"""What the drawings of a page look like to a reader: sizes of words, words over words, words beyond the edge."""

from pathlib import Path

# Boxes of words are as high as their font, which is more than the eye sees: a third of it may be shared.
MEASURE = r"""() => [...document.querySelectorAll(".figure")].map(figure => {
  const svg = [...figure.querySelectorAll("svg")].find(one => one.checkVisibility());
  if (!svg) return null;
  const frame = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll("text")].filter(one => one.textContent.trim()).map(one => {
    const box = one.getBoundingClientRect(), matrix = one.getCTM();
    return {text: one.textContent, left: box.left, right: box.right, top: box.top, bottom: box.bottom,
            px: parseFloat(getComputedStyle(one).fontSize) * Math.hypot(matrix.a, matrix.b)};
  });
  const clashes = [], beyond = [];
  words.forEach((one, place) => {
    if (one.left < frame.left - 1 || one.right > frame.right + 1 || one.top < frame.top - 1
        || one.bottom > frame.bottom + 1) beyond.push(one.text);
    for (const other of words.slice(place + 1)) {
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 1 && down > Math.min(one.bottom - one.top, other.bottom - other.top) / 3)
        clashes.push([one.text, other.text]);
    }
  });
  // The line below the axis is as long as the axis.
  const level = [...svg.querySelectorAll("[id$='axes_1'] path")].map(one => one.getBoundingClientRect())
    .filter(box => box.height < 2).map(box => box.width);
  return {
    id: figure.id, forest: !!figure.querySelector(".if-narrow"), narrow: !!svg.closest(".if-narrow"), right: frame.right, words: words.length,
    min: Math.min(...words.map(word => word.px)), clashes, beyond,
    small: words.filter(word => word.px < 10.95).map(word => word.text),
    intervals: words.filter(word => /\d \(\d[\d.,]* to \d[\d.,]*\)/.test(word.text)).length,
    axes: Math.max(0, ...level) / frame.width,
    title: figure.querySelector(".figure-title")?.textContent || "",
    alt: figure.querySelector(".unseen")?.textContent || "",
    caption: figure.querySelector("figcaption")?.textContent || "",
  };
}).filter(Boolean)"""


def measured(tab, pages: list[Path]) -> list[dict]:
    """Every figure of the pages, with the name of its page."""
    found = []
    for page in pages:
        opened = tab.open(page)
        opened.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found += [{"page": page.name} | figure for figure in opened.evaluate(MEASURE)]
    assert tab.troubles() == []
    return found
