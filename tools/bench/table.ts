/** Tables in Markdown. */

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 3 : 1)} s`;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printRow(cells: readonly string[]): void {
  print(`| ${cells.join(' | ')} |`);
}
