/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads the URL after this task; a minute is plenty even for a slow disk.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
