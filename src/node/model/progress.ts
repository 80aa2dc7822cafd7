/** Says how far a download is: in one line that changes where somebody looks on, else in a line for every tenth. */
export function progressOn(stream: NodeJS.WriteStream, name: string): (loadedBytes: number, totalBytes: number | null) => void {
  const step = stream.isTTY ? 1 : 10;
  let before = -1;
  return (loadedBytes, totalBytes) => {
    const percent = totalBytes ? Math.floor((100 * loadedBytes) / totalBytes / step) * step : null;
    // Without a total, megabytes take the place of percents.
    const now = percent ?? Math.floor(loadedBytes / 1e6 / step);
    if (now === before) return;
    before = now;
    const line = percent === null ? `${loadedBytes} bytes` : `${loadedBytes} of ${totalBytes} bytes (${percent} %)`;
    const isLast = totalBytes !== null && loadedBytes >= totalBytes;
    // Back to the line's start, so that whatever is said next takes its place.
    stream.write(`${name}: ${line}${stream.isTTY && !isLast ? '\r' : '\n'}`);
  };
}
