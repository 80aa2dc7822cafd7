/** All that the store does to the world outside, handed in by the composition root; tests hand in their own. */

import type { Fit, Size } from '../core/images/geometry.ts';
import type { DisplaySettings } from '../core/maps/display.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { FileRole } from '../core/models/file-role.ts';
import type { KeptModel, ModelCard } from '../core/models/model-card.ts';
import type { NameOrder } from '../core/models/output-names.ts';
import type { ReadableModels } from '../core/models/readable-models.ts';
import type { Drawing, TextWidth } from '../core/reports/drawing.ts';
import type { SetResult } from '../metrics/set-result.ts';
import type { DecodedImage } from '../protocol/decoded-image.ts';
import type { SharedEngine } from '../protocol/engine.ts';
import type { SetImage } from '../protocol/image-set.ts';
import type { Arrangement, Finder, KeptFinding, KeptImage } from '../protocol/kept-image.ts';
import type { KeptSet } from '../protocol/kept-set.ts';
import type { Sample } from '../protocol/sample.ts';
import type { Session } from '../protocol/session.ts';
import type { CatalogueEntry, Machine } from './models/model-state.ts';

export interface UrlValues {
  readonly model: string | null;
  readonly image: string | null;
  readonly layer: string | null;
  readonly class: string | null;
  readonly score: string | null;
  readonly versus: string | null;
  readonly window: string | null;
  readonly stride: string | null;
  readonly value: string | null;
  readonly channels: string | null;
  readonly patch: string | null;
  readonly 'patch-stride': string | null;
  readonly 'patch-value': string | null;
  readonly masks: string | null;
  readonly seed: string | null;
  readonly methods: string | null;
  readonly backend: string | null;
  readonly exact: string | null;
}

export interface FigureContent {
  readonly image: Size;
  readonly map: SaliencyMap | null;
  readonly limit: number | null;
  readonly input: Size;
  readonly fit: Fit;
  readonly display: DisplaySettings;
}

export interface KeptModels {
  /** In today's form; `remark`: what was left out because it is damaged, in one sentence, else empty. */
  list(): Promise<{ readonly models: readonly KeptModel[]; readonly remark: string }>;
  keep(model: KeptModel, files: readonly File[]): Promise<void>;
  change(model: KeptModel): Promise<void>;
  /** Null where there are none under this id any more. */
  filesOf(id: string): Promise<readonly File[] | null>;
  remove(id: string): Promise<void>;
}

export interface SetStorage {
  keep(set: KeptSet, images: readonly SetImage[]): Promise<void>;
  /** In today's form, without what is damaged: `remark` says what that was, in one sentence, else it is empty. */
  load(): Promise<{ readonly set: KeptSet | null; readonly results: readonly SetResult[]; readonly remark: string }>;
  imageOf(path: string): Promise<File | null>;
  /** What was found out about how the set is measured. */
  change(set: KeptSet): Promise<void>;
  keepResult(result: SetResult): Promise<void>;
  clear(): Promise<void>;
}

/** Where results of the command line outlive the visit. Everything here may be refused by the browser. */
export interface ResultsStorage {
  /** Replaces what was kept before. */
  keep(files: readonly SetImage[]): Promise<void>;
  add(files: readonly SetImage[]): Promise<void>;
  /** Empty where there are none. */
  load(): Promise<readonly SetImage[]>;
  clear(): Promise<void>;
}

/** A zip archive that is written as its files come, so that no more than one of them is in memory. */
export interface ZipWriter {
  /**
   * @param isPacked whether there is anything to gain by packing it
   * @throws AppError `out-of-memory` where the archive would get too large
   */
  add(name: string, content: Blob, isPacked: boolean): Promise<void>;
  finish(type: string): Blob;
}

/** Where the person's own images outlive the visit, with what was found out about them. Everything here may be refused by the browser. */
export interface ImageStorage {
  /** In no order, without what is damaged: `remark` says what that was, in one sentence, else it is empty. */
  load(): Promise<{ readonly images: readonly KeptImage[]; readonly arrangement: Arrangement | null; readonly remark: string }>;
  keep(image: KeptImage): Promise<void>;
  /** With what was found out about it. */
  remove(id: string): Promise<void>;
  arrange(arrangement: Arrangement): Promise<void>;
  /** Forgets all images, and what was found out about them. */
  clear(): Promise<void>;
  keepFindings(finder: Finder, findings: readonly KeptFinding[]): Promise<void>;
  /** Of this very network, preparation of images, and version; without what is damaged. */
  findingsOf(finder: Finder): Promise<readonly KeptFinding[]>;
}

/** An image's file, and how it is read. */
interface ImageSource {
  readonly file: Blob;
  readonly name: string;
  readonly isStretched: boolean;
}

export interface AppDependencies {
  createEngine(): SharedEngine;
  readonly machine: Machine;
  /** The built-in models, the first one first. */
  fetchCatalogue(): Promise<readonly Pick<CatalogueEntry, 'id' | 'title' | 'description' | 'hasSamples'>[]>;
  fetchModelCard(id: string): Promise<ModelCard>;
  /** Where the engine finds a built-in model. */
  /** Where the Hugging Face hub is, as a URL. */
  readonly hub: string;
  modelUrl(id: string): string;
  /** Where models that a person gave outlive the visit. Everything here may be refused by the browser. */
  readonly keptModels: KeptModels;
  /** ImageNet's class names, which are not loaded before somebody wants them. */
  imageNetNames(order: NameOrder): Promise<readonly string[]>;
  readonly readable: ReadableModels;
  /** What a file is for, as its first bytes tell. */
  roleOf(file: File): Promise<FileRole>;
  /** The class names in a file; throws an `AppError` that calls it `source` where it holds none. */
  readClassNames(file: File, source: string): Promise<readonly string[]>;
  /** Where a run over a set of images outlives the visit. Everything here may be refused by the browser. */
  readonly sets: SetStorage;
  readonly results: ResultsStorage;
  readonly keptImages: ImageStorage;
  /** What tells this version from others that may find out other numbers. */
  readonly engineVersion: string;
  /** Of a built-in model, the first one first. */
  fetchSamples(modelId: string): Promise<readonly Sample[]>;
  /** `wantsStretch`: whether an image with 16 bits that is nearly black is stretched to the whole range. */
  decodeImage(file: Blob, name: string, wantsStretch: boolean): Promise<DecodedImage>;
  createObjectUrl(file: Blob): string;
  revokeObjectUrl(url: string): void;
  renderOverlay(source: ImageSource, content: FigureContent, onProgress: (share: number) => void): Promise<Blob>;
  /** A drawing with figures of one image, as PNG. On a transparent ground maps stand alone. */
  renderDrawing(bitmap: ImageBitmap, drawing: Drawing<FigureContent>, scale: number): Promise<Blob>;
  /** The figure as a data: URL, no side longer than this. */
  figureImage(bitmap: ImageBitmap, content: FigureContent, maxSide: number): Promise<string>;
  /** Begins a zip archive. */
  createZip(): ZipWriter;
  writeSession(session: Session): Promise<Blob>;
  /** @throws AppError `session-broken` naming the file */
  readSession(file: File): Promise<Session>;
  /** How wide a text will be drawn. */
  readonly textWidth: TextWidth;
  /** What this page is called in reports. */
  readonly version: string;
  /** The URL that reopens the view. */
  link(): string;
  copyText(text: string): Promise<void>;
  /** Rejects where the browser does not let it be copied. */
  copyImage(png: Promise<Blob>): Promise<void>;
  saveFile(content: Blob, name: string): void;
  readUrl(): UrlValues;
  writeUrl(values: UrlValues): void;
  readPreferences(): unknown;
  writePreferences(preferences: unknown): void;
}
