interface AgreementTableProps {
  readonly caption: string;
  readonly titles: readonly string[];
  /** What stands in a row and a column; where they are the same method, nothing is compared. */
  readonly cell: (row: number, column: number) => { readonly value: string; readonly detail?: string };
}

/** Every method beside every other. */
export function AgreementTable({ caption, titles, cell }: AgreementTableProps) {
  return (
    <div className="table-scroll">
      <table className="measures agreement-table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            {titles.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {titles.map((title, row) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {titles.map((other, column) => {
                const { value, detail } = row === column ? { value: '–' } : cell(row, column);
                return (
                  <td key={other}>
                    {value}
                    {detail && <small> {detail}</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
