"""The data dictionary as Markdown, written from the schema itself."""

from __future__ import annotations

from pipelines.store.schema import TABLES, Column, Table


def dictionary_markdown() -> str:
    """Every table of archive.db with the meaning of its columns, the working tables last."""
    shown = [table for table in TABLES if not table.hidden]
    hidden = [table for table in TABLES if table.hidden]
    parts = [_table(table) for table in shown]
    parts.append("## Working tables\n\nThey are hidden on the front of the archive; they carry the crawl.\n")
    parts.extend(_table(table) for table in hidden)
    return "\n".join(parts)


def _table(table: Table) -> str:
    level = "###" if table.hidden else "##"
    lines = [f"{level} {table.name}", "", table.meaning, "", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {_type(column)} | {_cell(column.meaning)} |" for column in table.columns]
    if table.key:
        lines += ["", "Key: " + ", ".join(f"`{name}`" for name in table.key) + "."]
    return "\n".join(lines) + "\n"


def _type(column: Column) -> str:
    """The type without constraints, with the table that it refers to."""
    kind = column.type.split()[0]
    if "REFERENCES" in column.type:
        target = column.type.split("REFERENCES", 1)[1].split("(")[0].strip()
        return f"{kind}, row of `{target}`"
    return kind


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
