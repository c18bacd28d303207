#!/bin/sh
# A Chromium for the browser tests, if there is none and this machine lets us have one.
# Never fails: without a browser those tests say so and are skipped.
# Likewise LibreOffice, for the tests that open what the project writes for offices.
if ! command -v soffice >/dev/null 2>&1; then
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing LibreOffice for the tests of workbooks and documents." >&2
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends libreoffice-calc libreoffice-writer; } >/dev/null
  fi
  command -v soffice >/dev/null 2>&1 ||
    echo "No LibreOffice found and none could be installed: its tests of workbooks and documents will be skipped."
fi
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests." >&2
  if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; then exit 0; fi
fi >/dev/null
echo "No Chromium found and none could be installed: the browser tests will be skipped."
exit 0
