/** What was dropped: files, and what is in folders. */
import type { SetImage } from '../protocol/image-set.ts';

export interface Dropped {
  readonly files: readonly File[];
  /** All that is in the folders among them; null where there was none. */
  readonly inFolders: readonly SetImage[] | null;
}

/** What systems and editors leave behind. */
function isLeftover(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX' || name === 'Thumbs.db' || name === 'desktop.ini';
}

function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  return new Promise((resolve, reject) => {
    // Browsers give a hundred at a time, and none when there are no more.
    const next = () =>
      reader.readEntries((entries) => {
        all.push(...entries);
        if (entries.length > 0) next();
        else resolve(all);
      }, reject);
    next();
  });
}

async function filesIn(entry: FileSystemEntry, prefix: string): Promise<SetImage[]> {
  const path = `${prefix}${entry.name}`;
  if (isLeftover(entry.name)) return [];
  if (entry.isDirectory) {
    const entries = await entriesIn(entry as FileSystemDirectoryEntry);
    return (await Promise.all(entries.map((inner) => filesIn(inner, `${path}/`)))).flat();
  }
  const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
  return [{ path, file }];
}

/** Must be called while the drop is handled: afterwards browsers no longer tell what was dropped. */
export async function readDrop({ files, items }: DataTransfer): Promise<Dropped> {
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  const all = [...files];
  const folders = entries.filter((entry) => entry?.isDirectory === true);
  // A folder stands among the files too, as one that cannot be read.
  const plain = all.filter((_, i) => entries[i]?.isDirectory !== true);
  if (folders.length === 0) return { files: plain, inFolders: null };
  const inside = await Promise.all(folders.map((folder) => (folder ? filesIn(folder, '') : [])));
  return { files: plain, inFolders: inside.flat() };
}

/** What is in a folder that was chosen in a dialog. */
export function filesOfFolder(files: readonly File[]): SetImage[] {
  const all = files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return all.filter(({ path }) => !path.split('/').some(isLeftover));
}
