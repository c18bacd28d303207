"""Enrolment: from a file that somebody has, to rows of the registry, and back. The only room that writes data/raw."""
