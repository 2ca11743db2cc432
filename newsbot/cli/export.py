"""`newsbot export`: articles as CSV or JSON Lines."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import click

from newsbot.cli.choice import WHERE, condition
from newsbot.cli.options import DAY, archive_option, force_option, quiet_option
from newsbot.cli.output import refuse_to_overwrite, write
from newsbot.cli.progress import Counter


@click.command()
@click.argument("form", type=click.Choice(["csv", "jsonl"]), metavar="csv|jsonl")
@archive_option
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="File to write.")
@click.option(
    "--where",
    "wheres",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Only articles with this value; may be repeated. Names: {', '.join(WHERE)}.",
)
@click.option("--since", type=DAY, help="First day of publication.")
@click.option("--until", type=DAY, help="Last day of publication.")
@click.option("--text", "with_text", is_flag=True, help="With the text of the articles.")
@click.option("--bom", is_flag=True, help="CSV: begin with a byte-order mark, by which Excel knows UTF-8.")
@click.option("--no-guard", is_flag=True, help="CSV: write cells as they are, formulas too.")
@force_option
@quiet_option
def export(
    form: str,
    archive: Path,
    output: Path | None,
    wheres: tuple[str, ...],
    since: date | None,
    until: date | None,
    with_text: bool,
    bom: bool,
    no_guard: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write articles to stdout or to a file, newest first.

    A file is written whole or not at all, and never over one that is there unless
    --force is given. In CSV, text that a spreadsheet would run as a formula gets an
    apostrophe in front; --no-guard leaves it out. An article whose date is unknown
    counts, for --since and --until, by the day on which it was first seen.

    \b
    Examples:
        newsbot export csv -o articles.csv --bom
        newsbot export csv --where source=arabtimes --where country=IQ --since 2014-06-01
        newsbot export jsonl --text | gzip > articles.jsonl.gz
    """
    from pipelines.store import open_readonly
    from pipelines.store.export import EXPORT_COLUMNS, articles_sql, csv_lines, json_lines

    if form == "jsonl" and (bom or no_guard):
        raise click.UsageError("--bom and --no-guard belong to csv.")
    chosen, values = condition(wheres, since, until)
    if output is not None and str(output) != "-":
        refuse_to_overwrite(output, force=force)
    columns = (*EXPORT_COLUMNS, "text") if with_text else EXPORT_COLUMNS
    counter = Counter("articles", shown=not quiet)
    with closing(open_readonly(archive)) as db:
        rows = counter.each(db.execute(articles_sql(chosen, with_text=with_text), values))
        if form == "csv":
            pieces = csv_lines(columns, rows, bom=bom, guard=not no_guard)
        else:
            pieces = json_lines(columns, rows)
        write(pieces, output, force=force)
    if not quiet:
        to = f" to {output}" if output is not None and str(output) != "-" else ""
        click.echo(f"{counter.count:,} articles written{to}.", err=True)
