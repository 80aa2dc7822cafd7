/** What a file that a person gave is for, as far as its first bytes tell, and which files go together. */

export interface FileRole {
  readonly use:
    | 'image'
    /** Images, view and results that were saved together. */
    | 'session'
    /** A model is called after it. */
    | 'model'
    /** Of a model that other files describe, such as shards. */
    | 'part'
    | 'names'
    | 'manifest'
    /** What Teachable Machine or Keras say of a model beside it. */
    | 'metadata'
    /** JSON of any other kind, or damaged. */
    | 'json'
    /** What is taken for a model, and cannot be one here. */
    | 'refused'
    | 'unknown';
  /** Tells the models and parts of several formats apart; else the same as its use. */
  readonly id: string;
  /** Of a model: the ids of everything that it may consist of beside its own file. */
  readonly parts?: readonly string[];
  /** Of a model: the ids of the one other model's file that it may need, or that may need it; one of the two says so. */
  readonly partners?: readonly string[];
  /** Of a model on disk: the folder beside its file that holds its weights. */
  readonly folder?: string;
  /** The network without its weights, which is what the two are called after. */
  readonly isNetworkOnly?: boolean;
  /** An archive that may hold anything. */
  readonly isContainer?: boolean;
}

/** The role of files that no format has to itself. */
export function plainRole(use: Exclude<FileRole['use'], 'model' | 'part'>): FileRole {
  return { use, id: use };
}

/** A file's place among those given with it. */
export interface RoledFile<Given> {
  readonly file: Given;
  readonly role: FileRole;
}

export function isModelRole({ use }: FileRole): boolean {
  return use === 'model';
}

/** What says something of a model, whichever it is. */
function isAboutModel({ use }: FileRole): boolean {
  return use === 'names' || use === 'metadata' || use === 'manifest';
}

/** Shards of old can only be told from anything else by the model that names them. */
export function takesUnknown({ parts = [] }: FileRole): boolean {
  return parts.includes('unknown');
}

/** Lists of class names are called so; where files were not given one by one, other texts lie about too. */
export function isCalledNames(name: string): boolean {
  return /label|class|name|categor|synset/i.test(name);
}

/** Whether one may need the other; that only one of them says so is enough, so that a new format is no edit of others. */
export function arePartners(a: FileRole, b: FileRole): boolean {
  return (a.partners?.includes(b.id) || b.partners?.includes(a.id)) ?? false;
}

/**
 * Those of the files given before, that still wait for others, which the new ones lack. The newest come last, and take the place of older
 * ones of their kind.
 */
export function complementOf<Given>(files: readonly RoledFile<Given>[], waiting: readonly RoledFile<Given>[]): RoledFile<Given>[] {
  const idsOf = (wanted: readonly string[] = []) => waiting.filter(({ role }) => wanted.includes(role.id));
  // The newest, and of one that is several files the others.
  const partnerOf = (model: FileRole) =>
    waiting
      .filter(({ role }) => arePartners(model, role))
      .slice(-1)
      .flatMap((partner) => [...idsOf(partner.role.parts), partner]);
  const extras = waiting.filter(({ role }) => isAboutModel(role));
  const models = files.map(({ role }) => role).filter(isModelRole);
  // A model that names its parts goes before one that may be such a part, and a network before its weights.
  const [model] = [...models.filter(({ parts }) => parts), ...models.filter(({ isNetworkOnly }) => isNetworkOnly), ...models];
  if (model) {
    const { parts, partners } = model;
    const hasPartner = files.some(({ role }) => arePartners(model, role));
    const partner = hasPartner ? [] : partnerOf(model);
    if (!parts && !partners && partner.length === 0) return [];
    return [...new Set([...idsOf(parts), ...partner, ...extras])];
  }
  // Parts alone, or what goes with a model that waits.
  const last = waiting.findLast(({ role }) => isModelRole(role));
  if (last) return [...new Set([...idsOf(last.role.parts), ...partnerOf(last.role), last, ...extras])];
  return waiting.filter(({ role }) => role.use === 'part' || role.use === 'unknown' || isAboutModel(role));
}
