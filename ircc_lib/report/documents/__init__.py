"""The reporting checklist for authors, as a Word document, a workbook and a page that prints."""

from ircc_lib.report.documents.checklist import checklist_docx as checklist_docx
from ircc_lib.report.documents.checklist import checklist_xlsx as checklist_xlsx

__all__ = ["checklist_docx", "checklist_xlsx"]
