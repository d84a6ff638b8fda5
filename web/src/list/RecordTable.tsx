/** Records in rows: a table on wide screens, cards on narrow ones. */

import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "react-router";
import type { RecordRow } from "../api/record";
import type { ColumnComponent } from "../api/ui";
import { FieldValue, NUMERIC } from "../field/FieldValue";
import { useI18n } from "../i18n";
import { useNarrow } from "../state/screen";
import "./table.css";

interface RecordTableProps {
  label: string;
  object: string;
  columns: ColumnComponent[];
  records: RecordRow[];
  sort?: string | null | undefined;
  onSort?: (sort: string | null) => void;
}

export function RecordTable(props: RecordTableProps) {
  return useNarrow() ? <Cards {...props} /> : <Grid {...props} />;
}

function Grid({ label, object, columns, records, sort, onSort }: RecordTableProps) {
  const navigate = useNavigate();
  return (
    <table className="grid" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {records.map((row) => (
          <tr
            key={row.id}
            onClick={(event) => {
              const target = event.target as HTMLElement;
              if (!target.closest("a, button") && !getSelection()?.toString()) {
                navigate(`/o/${object}/${row.id}`);
              }
            }}
          >
            {columns.map((column) => (
              <td key={column.id} className={NUMERIC.has(column.dataType) ? "grid-number" : ""}>
                <Cell object={object} column={column} row={row} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface HeadingProps {
  column: ColumnComponent;
  sort: string | null | undefined;
  onSort: ((sort: string | null) => void) | undefined;
}

function Heading({ column, sort, onSort }: HeadingProps) {
  const className = NUMERIC.has(column.dataType) ? "grid-number" : "";
  if (!onSort || !column.sortable) {
    return (
      <th scope="col" className={className}>
        {column.label}
      </th>
    );
  }
  const up = sort === column.path;
  const down = sort === `-${column.path}`;
  const next = up ? `-${column.path}` : down ? null : column.path;
  return (
    <th
      scope="col"
      className={className}
      aria-sort={up ? "ascending" : down ? "descending" : "none"}
    >
      <button type="button" className="grid-sort" onClick={() => onSort(next)}>
        {column.label}
        <span className={up || down ? "grid-arrow on" : "grid-arrow"} aria-hidden="true">
          {down ? <ArrowDownOutlined /> : <ArrowUpOutlined />}
        </span>
      </button>
    </th>
  );
}

interface CellProps {
  object: string;
  column: ColumnComponent;
  row: RecordRow;
}

function Cell({ object, column, row }: CellProps) {
  const { t } = useI18n();
  if (column.isName) {
    const name = row[column.path];
    return (
      <Link className="grid-name" to={`/o/${object}/${row.id}`}>
        {name ? String(name) : t("detail.untitled")}
      </Link>
    );
  }
  return <FieldValue field={column} row={row} path={column.path} />;
}

function Cards({ label, object, columns, records }: RecordTableProps) {
  const { t } = useI18n();
  const name = columns.find((column) => column.isName) ?? columns[0];
  const rest = columns.filter((column) => column !== name).slice(0, 4);
  return (
    <ul className="cards" aria-label={label}>
      {records.map((row) => (
        <li key={row.id}>
          <Link className="card-row" to={`/o/${object}/${row.id}`}>
            <strong>{String((name && row[name.path]) || t("detail.untitled"))}</strong>
            <dl>
              {rest.map((column) => (
                <div key={column.id}>
                  <dt>{column.label}</dt>
                  <dd>
                    <FieldValue field={column} row={row} path={column.path} plain />
                  </dd>
                </div>
              ))}
            </dl>
          </Link>
        </li>
      ))}
    </ul>
  );
}
