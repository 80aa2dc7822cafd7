/** Which of the files that a person gave is the model, and what goes with it. */
import { AppError } from '../core/app-error.ts';
import { isModelRole, type RoledFile, takesUnknown } from '../core/models/file-role.ts';
import { kindOfFile } from './file-kind.ts';
import type { Format, FormatReader, FoundModel, FoundModels, ReadContext, Wanted } from './format.ts';
import { type GivenFile, labelOf, listed, textOf } from './given-file.ts';
import { parseJson } from './json.ts';
import { FORMATS, READABLE } from './list.ts';
import { loadPart } from './load-part.ts';
import { tooMany } from './too-many.ts';

/** A model whose parts are all there, and what came with it. */
export interface Assembly {
  readonly model: FoundModel;
  /** What may be its parts. */
  readonly parts: readonly GivenFile[];
  readonly manifest: GivenFile | null;
  readonly metadata: readonly GivenFile[];
  readonly names: readonly GivenFile[];
  /** Descriptions of networks that came beside a whole model, which has its own. */
  readonly unneeded: readonly GivenFile[];
  /** JSON beside it that says nothing of models. */
  readonly otherJson: readonly GivenFile[];
}

type Given = readonly RoledFile<GivenFile>[];

function missing(sentence: string): AppError {
  return new AppError('model-file-missing', sentence);
}

/** @throws AppError `model-unsupported` for the first file that can be no part of a model */
function refuse(files: readonly GivenFile[]): void {
  for (const file of files) {
    const { refusal } = kindOfFile(file.name, file.bytes);
    if (refusal) throw new AppError('model-unsupported', `The file ${labelOf(file)} ${refusal}.`);
  }
}

/** @throws AppError `model-unsupported` for the first file that nobody can make anything of; in an archive anything may lie about */
function refuseUnknown(files: readonly GivenFile[]): void {
  refuse(files.filter(({ archive }) => archive === undefined));
}

function noModel(given: Given): AppError {
  const parts = given.filter(({ role }) => role.use === 'part').map(({ file }) => file);
  const [part] = parts;
  const { incomplete } = part ? kindOfFile(part.name, part.bytes) : {};
  if (incomplete) {
    const names = parts.map(labelOf);
    const which = names.length > 1 ? `The files ${listed(names)} hold` : `The file ${names[0]} holds`;
    return missing(`${which} ${incomplete}; please give that as well.`);
  }
  const [first] = (['names', 'manifest', 'metadata'] as const).flatMap((use) => given.filter(({ role }) => role.use === use));
  return missing(`There is no model with ${first ? labelOf(first.file) : 'these files'}; please give ${READABLE} too.`);
}

/**
 * What lies beside a model and says nothing of it, such as the history of its training.
 *
 * @throws AppError `model-file-broken` for the first one that is damaged: nobody knows what it would have said
 */
function otherJson(given: Given): GivenFile[] {
  const files = given.filter(({ role }) => role.use === 'json').map(({ file }) => file);
  if (files.length === 0 || !given.some(({ role }) => isModelRole(role))) return [];
  for (const file of files) parseJson(labelOf(file), textOf(file).replace(/^\uFEFF/, ''));
  return files;
}

async function readersFor(given: Given, onStep: () => void): Promise<FormatReader[]> {
  const readers: FormatReader[] = [];
  for (const { begins = [], reader, title } of FORMATS as readonly Format[]) {
    if (!reader || !given.some(({ role }) => begins.includes(role.id))) continue;
    readers.push(await loadPart(reader, `opens ${title}`, onStep));
  }
  return readers;
}

/** @throws AppError where there is not exactly one */
function onlyModel(found: readonly FoundModels[], given: Given): FoundModel {
  const models = found.flatMap((of) => of.models);
  const unfinished = found.flatMap((of) => of.unfinished);
  const [model] = models;
  if (model) {
    if (models.length > 1) throw tooMany(models.map(({ main }) => main));
    return model;
  }
  const [waiting] = unfinished;
  if (!waiting) throw noModel(given);
  throw unfinished.length > 1 ? tooMany(unfinished.map(({ main }) => main)) : missing(waiting.missing);
}

/**
 * @throws AppError `model-file-missing` where another file is waited for, else `model-unsupported`
 */
export async function assemble(given: Given, onStep: () => void, { copy, choices }: Wanted): Promise<Assembly> {
  const of = (...uses: string[]) => given.filter(({ role }) => uses.includes(role.use)).map(({ file }) => file);
  const isModel = given.some(({ role }) => isModelRole(role) || role.use === 'json');
  const strangers = of('refused', 'image');
  if (isModel) refuseUnknown(strangers);
  else refuse(strangers);
  if (!given.some(({ role }) => takesUnknown(role))) refuseUnknown(of('unknown'));
  const [parts, metadata] = [of('part', 'unknown'), of('metadata')];
  const beside = otherJson(given);
  const context: ReadContext = { onStep, copy, choices, parts, metadata, refuseUnused: refuseUnknown };
  const found: FoundModels[] = [];
  for (const reader of await readersFor(given, onStep)) found.push(await reader.find(given, context));
  const model = onlyModel(found, given);
  const unneeded = found.flatMap(({ unfinished }) => unfinished.map(({ main }) => main));
  return { model, parts, manifest: of('manifest')[0] ?? null, metadata, names: of('names'), unneeded, otherJson: beside };
}
