"""A PDF of so many sheets with a line on each, some of them blank: a paper for an office that is made up."""

from __future__ import annotations

SHEET = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
FIRST = 4
"""The number of the first object after the catalogue, the list of pages and the font."""


def sheets(line: str, pages: int, blank: int) -> bytes:
    """The file (ISO 32000-1, uncompressed). The last ``blank`` of its ``pages`` have nothing on them. ``line`` is in ASCII and has neither
    brackets nor backslashes."""
    kids = " ".join(f"{FIRST + 2 * nth} 0 R" for nth in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for nth in range(pages):
        written = f"BT /F1 12 Tf 60 760 Td ({line}) Tj 0 -24 Td ({nth + 1} / {pages}) Tj ET" if nth < pages - blank else ""
        objects += [SHEET.format(content=FIRST + 2 * nth + 1), f"<< /Length {len(written)} >>\nstream\n{written}\nendstream"]
    out, places = b"%PDF-1.4\n", []
    for nth, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{nth} 0 obj\n{one}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode("ascii")
