/** Takes files as a person gives them: what each of them is decides where it goes. */
import { type FileRole, isCalledNames, isModelRole, plainRole, type RoledFile, takesUnknown } from '../../core/models/file-role.ts';
import { plainName } from '../../core/reports/plain-name.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { GivenSlice } from '../app-state.ts';
import type { SliceContext } from '../slice.ts';

/** Reading a little of thousands of files at once is more than browsers take. */
const AT_ONCE = 64;

function isCalledImage({ name, type }: File): boolean {
  return type.startsWith('image/') || /\.(png|jpe?g|webp|avif|gif|bmp|tiff?|hei[cf]|svg)$/i.test(name);
}

/** Of the files that are in every folder of results (`sets/results/run-record.ts`), which is not loaded for a look. */
function isResultsName(name: string): boolean {
  return /^(run|results)(\.\d+-of-\d+)?\.(json|jsonl)$/.test(name);
}

/** Shards of old have no ending, nor anything else that tells them. */
function mayBeShard({ name }: File): boolean {
  return !name.includes('.');
}

/** Nobody knows what it is; and beside a model that needs no such thing it is of no use either, so that it keeps no model from being opened. */
function straysAmong(roled: readonly RoledFile<File>[]): RoledFile<File>[] {
  if (!roled.some(({ role }) => isModelRole(role))) return [];
  const isUnknownWanted = roled.some(({ role }) => takesUnknown(role));
  return roled.filter(({ file, role }) => role.use === 'unknown' && !(isUnknownWanted && mayBeShard(file)));
}

function leftOutWords([first, ...others]: readonly RoledFile<File>[]): string {
  const name = first?.file.name ?? '';
  return others.length === 0
    ? `The file ${name} is of no kind that is known here, so it was left out.`
    : `The files ${name} and ${others.length} more are of no kind that is known here, so they were left out.`;
}

/** The same file, but for what is not seen of its name. */
function plainlyNamed(file: File): File {
  const name = plainName(file.name);
  return name === file.name ? file : new File([file], name, { type: file.type, lastModified: file.lastModified });
}

export function createGivenSlice({ store, dependencies }: SliceContext): GivenSlice {
  /** What is given first goes to its place first, however long it takes to look at it. */
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(look: () => Promise<Result>): Promise<Result> {
    const turn = last.then(look);
    last = turn.catch(() => {});
    return turn;
  }

  async function roleOf(file: File): Promise<FileRole> {
    // What cannot be read is said by whoever tries in earnest.
    const role = await dependencies.roleOf(file).catch(() => plainRole('unknown'));
    return role.use === 'unknown' && isCalledImage(file) ? plainRole('image') : role;
  }

  async function withRoles(files: readonly File[]): Promise<RoledFile<File>[]> {
    const roled: RoledFile<File>[] = [];
    for (let i = 0; i < files.length; i += AT_ONCE) {
      const some = files.slice(i, i + AT_ONCE);
      roled.push(...(await Promise.all(some.map(async (file) => ({ file, role: await roleOf(file) })))));
    }
    return roled;
  }

  /** What the command line wrote is known by the names of its files, whatever else lies beside it. */
  async function giveResults(files: readonly SetImage[]): Promise<boolean> {
    const areResults = files.some(({ path }) => isResultsName(path.slice(path.lastIndexOf('/') + 1)));
    if (areResults) await store.getState().openResults(files);
    return areResults;
  }

  async function give(files: readonly File[]): Promise<void> {
    if (await giveResults(files.map((file) => ({ path: file.name, file })))) return;
    const roled = await inTurn(() => withRoles(files));
    const images = roled.filter(({ role }) => role.use === 'image').map(({ file }) => file);
    const sessions = roled.filter(({ role }) => role.use === 'session').map(({ file }) => file);
    const strays = straysAmong(roled);
    const parts = roled.filter((part) => part.role.use !== 'image' && part.role.use !== 'session' && !strays.includes(part));
    const { addImages, notify, openParts, openSession } = store.getState();
    if (strays.length > 0) notify('info', leftOutWords(strays));
    await Promise.all([parts.length > 0 && openParts(parts), images.length > 0 && addImages(images)]);
    // A session needs its model, which may have been given with it.
    for (const session of sessions) await openSession(session);
  }

  return {
    readable: dependencies.readable,
    giveFiles: (files) => store.getState().sayTogether(() => give(files.map(plainlyNamed))),

    async giveClassNames(given) {
      const file = plainlyNamed(given);
      const role = await inTurn(() => roleOf(file));
      // Whatever is no list of names is told so, unless it is of use elsewhere.
      if (role.use === 'image' || role.use === 'session' || isModelRole(role)) await give([file]);
      else await store.getState().openClassNames(file);
    },

    async giveFolder(given) {
      const files = given.map(({ path, file }) => ({ path: plainName(path), file: plainlyNamed(file) }));
      if (await giveResults(files)) return;
      const roles = await inTurn(() => withRoles(files.map(({ file }) => file)));
      const images: SetImage[] = files.filter((_, i) => roles[i]?.role.use === 'image').toSorted((a, b) => a.path.localeCompare(b.path));
      const isModel = ({ role }: RoledFile<File>) =>
        // Beside images lie archives and descriptions of all kinds.
        isModelRole(role) && !(role.isContainer && images.length > 0);
      const isUnknownWanted = roles.some(({ role }) => takesUnknown(role));
      const belongs = (part: RoledFile<File>): boolean => {
        if (isModel(part)) return true;
        if (part.role.use === 'names') return isCalledNames(part.file.name);
        if (part.role.use === 'unknown') return isUnknownWanted && mayBeShard(part.file);
        return part.role.use === 'part' || part.role.use === 'metadata' || part.role.use === 'manifest';
      };
      const isOfModel = roles.some(isModel) || (images.length === 0 && roles.some(({ role }) => role.use === 'part'));
      const parts = isOfModel ? roles.filter(belongs) : [];
      const { openParts: open, openSet, addImagesOfResults, notify } = store.getState();
      if (parts.length + images.length === 0) notify('info', 'There are neither images nor a model in that folder.');
      if (parts.length > 0) await open(parts);
      if (images.length > 0 && !(await addImagesOfResults(images))) await openSet(images);
    },
  };
}
