"""What a registrar has decided: answers to questions, repairs that are not wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ircc_lib.enrolment.bundle import Finding


@dataclass
class Decisions:
    """Answers by the key of their question, or by the beginning of keys; rules whose repairs are not wanted."""

    answers: dict[str, str] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    yes: bool = False

    @classmethod
    def of(cls, answers: Iterable[str] = (), declined: Iterable[str] = (), yes: bool = False) -> Decisions:
        """From the words of a command line, ``KEY=ANSWER``.

        Raises
        ------
        ValueError
            If an answer has no ``=``.
        """
        read = {}
        for answer in answers:
            key, equals, value = answer.partition("=")
            if not equals:
                raise ValueError(
                    f"--answer {answer}: write it as QUESTION=ANSWER; the check shows each question's name."
                )
            read[key.strip()] = value.strip()
        return cls(read, set(declined), yes)

    def answer(self, question: Finding) -> str | None:
        """The answer to a question; None while it is open."""
        given = self._given(question.key)
        if given is None and self.yes:
            return question.default
        if given is not None and question.choices and not self._fits(given, question.choices):
            return None
        return given

    def _given(self, key: str) -> str | None:
        if key in self.answers:
            return self.answers[key]
        heads = [head for head in self.answers if key.startswith(head + ":")]
        return self.answers[max(heads, key=len)] if heads else None

    @staticmethod
    def _fits(given: str, choices: tuple[str, ...]) -> bool:
        return given in choices or any(given.startswith(f"{choice}:") for choice in choices) or "..." in choices
