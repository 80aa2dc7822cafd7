/** What was dropped: files, and what is in folders. */
import type { SetPicture } from '../protocol/picture-set.ts';

const PICTURE = /\.(png|jpe?g|webp|avif|gif)$/i;
/** What a model in a folder consists of. */
const MODEL = /\.(keras|h5|hdf5|safetensors|json|bin|txt|csv|tsv)$/i;

export interface Dropped {
  readonly files: readonly File[];
  /** All pictures in the folders among them; empty where there was none. */
  readonly pictures: readonly SetPicture[];
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

async function filesIn(entry: FileSystemEntry, prefix: string): Promise<SetPicture[]> {
  const path = `${prefix}${entry.name}`;
  if (entry.isDirectory) {
    const entries = await entriesIn(entry as FileSystemDirectoryEntry);
    return (await Promise.all(entries.map((inner) => filesIn(inner, `${path}/`)))).flat();
  }
  if (!PICTURE.test(entry.name) && !MODEL.test(entry.name)) return [];
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
  const inside = (await Promise.all(folders.map((folder) => (folder ? filesIn(folder, '') : [])))).flat();
  const pictures = sorted(inside.filter(({ path }) => PICTURE.test(path)));
  // Where there are pictures, what lies beside them describes them; else the folder is a model's.
  const model = pictures.length > 0 ? [] : inside.map(({ file }) => file);
  return { files: [...plain, ...model], pictures };
}

/** The pictures of a folder that was chosen in a dialog. */
export function picturesOfFolder(files: readonly File[]): SetPicture[] {
  return sorted(files.filter(({ name }) => PICTURE.test(name)).map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

function sorted(pictures: readonly SetPicture[]): SetPicture[] {
  return pictures.toSorted((a, b) => a.path.localeCompare(b.path));
}
