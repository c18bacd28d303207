"""Puts the registry, the notebooks and the editions of the release into the wheel; all else is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
PARTS = ("editions.toml", "notebooks", "data/raw", "data/vocabularies", "data/README.md")


class BuildWithProject(build_py):
    """Copies the project beside the library's code as ``ircc_lib/project``."""

    def run(self):
        """Build as usual, then copy; an editable install uses the repository itself."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "ircc_lib" / "project"
        shutil.rmtree(target, ignore_errors=True)
        for part in (*PARTS, *(f"data/{path.name}" for path in (ROOT / "data").glob("*.csv"))):
            source = ROOT / part
            (target / part).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target / part, ignore=shutil.ignore_patterns(".*"))
            elif source.is_file():
                shutil.copy(source, target / part)


setup(cmdclass={"build_py": BuildWithProject})
