/** `<image>_<class>_<layer>_<method>.<extension>`, with every character gone that some file system forbids. */

function safe(part: string): string {
  const kept = part.normalize('NFC').replace(/[^\p{Letter}\p{Number}.\-_()+ ]+/gu, '-');
  return (
    kept
      .trim()
      .replace(/ +/g, '-')
      .replace(/^[.-]+|[.-]+$/g, '') || 'unnamed'
  );
}

/** @param image the image's file name; its own extension is dropped */
export function exportName(image: string, className: string, layer: string, method: string, extension: string): string {
  const stem = image.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  return `${[stem, className, layer, method].map(safe).join('_')}.${extension}`;
}
