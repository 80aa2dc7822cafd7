/** What a format of models is. All that the page says of formats, and does with files, follows from the list of them (`list.ts`). */
import type { Normalisation, NormalisationId } from '../core/images/preprocessing.ts';
import type { FileRole, RoledFile } from '../core/models/file-role.ts';
import type { ChosenOptions, ModelChoice, WeightCopies } from '../core/models/model-card.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import type { ZipArchive } from './archive/zip-archive.ts';
import type { GivenFile } from './given-file.ts';
import type { JsonObject } from './json.ts';
import type { ModelArtifacts } from './network/artifacts.ts';

/** The beginning of a file. */
export interface FileHead {
  /** Lies, and counts only where the bytes say nothing. */
  readonly name: string;
  /** The file, or its first `HEAD_BYTES`. */
  readonly bytes: Uint8Array;
  /** The first characters, one for each byte. */
  readonly text: string;
}

/** A kind of file, by its first bytes: asked of all formats, in their order, is first what is sure, then names, then what it looks like. */
export interface FileKind {
  readonly id: string;
  readonly role: FileRole;
  /** Whether the first bytes say so, whatever the file is called. */
  isSigned?(head: FileHead): boolean;
  /** Without the dot, in small letters; counts where no bytes say anything. */
  readonly endings?: readonly string[];
  /** Whether it looks so, where neither bytes nor name say what it is. */
  isLike?(head: FileHead): boolean;
  /** It may be much larger than what is read of it, so its reader asks for its parts (`GivenFile.ranges`). */
  readonly isReadByRanges?: boolean;
  /** What is said of it where it can be no part of a model, after the file's name: what it is, and what to give instead. */
  readonly refusal?: string;
  /** What is said of parts that came without their model, after “holds”: what they are, and what they need. */
  readonly incomplete?: string;
}

/** What JSON may be, by what is in it. */
export interface JsonKind {
  readonly role: FileRole;
  matches(json: JsonObject): boolean;
}

/** A row of the README's table, in Markdown. */
export interface FormatRow {
  readonly what: string;
  readonly fromWhere: string;
  readonly whatIsRead: string;
}

/** How the networks of a family are used, where nothing else is said. */
export interface FamilyUse {
  /** Such as “a ResNet”. */
  readonly title: string;
  readonly normalisation: NormalisationId;
  /** Of the images that they were mostly trained with, in pixels. */
  readonly side: number;
}

/** A model as its file has it, before it is made ready to run. */
export interface ParsedModel {
  readonly artifacts: ModelArtifacts;
  /** What its outputs are called, where the file tells. */
  readonly names?: readonly string[];
  /** What its outputs mean, where the architecture says it. */
  readonly reading?: OutputReading;
  /** What the person should know about how it was read; empty when there is nothing to say. */
  readonly remark: string;
  /** Where the file holds several copies of the weights. */
  readonly copies?: WeightCopies;
  /** What the file leaves open about the network, and how that was read. */
  readonly choices?: readonly ModelChoice[];
  /** How images are prepared, where the file itself says so. */
  readonly images?: Normalisation;
  /** What is known of its family, where the names of its layers do not say it. */
  readonly family?: FamilyUse;
  /** The file that turned out to be the model, where it is not the one that it was found by. */
  readonly main?: GivenFile;
}

export interface FoundModel {
  /** The file that says what the network is, and that the model is called after. */
  readonly main: GivenFile;
  /** @throws AppError naming the file, for everything that can be wrong with it; `model-file-missing` where others are waited for */
  read(): Promise<ParsedModel>;
}

/** A file that is no model without another one, which was not given. */
interface UnfinishedModel {
  readonly main: GivenFile;
  /** One sentence: what is missing, and how it comes about. */
  readonly missing: string;
}

export interface FoundModels {
  readonly models: readonly FoundModel[];
  readonly unfinished: readonly UnfinishedModel[];
}

/** What a person said of a model whose file leaves something open. */
export interface Wanted {
  /** Which of several copies of the weights is meant; null: the one that their names speak for. */
  readonly copy: string | null;
  /** How is read what the file leaves open; what nobody said is assumed. */
  readonly choices: ChosenOptions;
}

export interface ReadContext extends Wanted {
  /** Called now and then, so that whoever waits knows that there is progress. */
  onStep(): void;
  /** What may be parts of a model. */
  readonly parts: readonly GivenFile[];
  readonly metadata: readonly GivenFile[];
  /** @throws AppError `model-unsupported` for the first of the parts that belongs to nothing, and was not just lying in an archive */
  refuseUnused(files: readonly GivenFile[]): void;
}

export interface FormatReader {
  /** The models of this format among the files; `given` has all files, of other formats too. */
  find(given: readonly RoledFile<GivenFile>[], context: ReadContext): Promise<FoundModels>;
  /** Where models are several files, and the first names the others. */
  readonly parts?: {
    /** Their paths, from the folder of the model's own file. */
    pathsIn(main: GivenFile): readonly string[];
    /** Whether a file may be the one at this path, under a name that became of its own. */
    isLike(name: string, path: string): boolean;
  };
}

export interface Format {
  /** What sentences call it, such as “a Keras model (.keras, .h5)”; absent where it is only known to be refused. */
  readonly title?: string;
  /** The same where there is room for more; else the title. */
  readonly hint?: string;
  /** What a URL of a model may end in. */
  readonly atUrl?: readonly string[];
  /** None where it is only known to be refused. */
  readonly rows?: readonly FormatRow[];
  readonly kinds: readonly FileKind[];
  readonly json?: readonly JsonKind[];
  /** Zip archives of this format, which are not unpacked: what is missing in one is said by who reads it. */
  readonly archive?: {
    readonly role: FileRole;
    readonly ending: string;
    /** @param isCalledSo whether its name ends like that */
    isOne(archive: ZipArchive, isCalledSo: boolean): boolean;
  };
  /** The ids of the roles with which models of this format begin. */
  readonly begins?: readonly string[];
  /** Comes when the first model of this format is read: the page only asks what files are. */
  reader?(): Promise<FormatReader>;
}

/** Whether a file begins with this, or has it there. */
export function starts(bytes: Uint8Array, signature: readonly number[] | string, at = 0): boolean {
  const codes = typeof signature === 'string' ? [...signature].map((letter) => letter.charCodeAt(0)) : signature;
  return codes.every((byte, i) => bytes[at + i] === byte);
}

const ZIP = [0x50, 0x4b, 0x03, 0x04];

export function isZip(bytes: Uint8Array): boolean {
  return starts(bytes, ZIP);
}
