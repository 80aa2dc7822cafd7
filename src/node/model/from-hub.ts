/** A model of the Hugging Face hub, downloaded as the page does it. */
import { formatHubName, type HubName } from '../../core/models/hub-name.ts';
import { hubDownload } from '../../engine/loading/hub/hub.ts';
import { PartStore } from '../../engine/loading/hub/part-store.ts';
import type { GivenFile } from '../../formats/given-file.ts';

/** Where the hub's own tools look for it, too. */
const HUB = process.env.HF_ENDPOINT || 'https://huggingface.co';

interface FromHub {
  readonly files: readonly GivenFile[];
  /** Its name, with the commit. */
  readonly origin: string;
}

/**
 * @param hub where it is; left out, where it mostly is
 * @throws AppError in one sentence, for everything that keeps it from being opened
 */
export async function fromHub(name: HubName, onProgress: (loadedBytes: number, totalBytes: number) => void, hub = HUB): Promise<FromHub> {
  const download = await hubDownload(new PartStore())(hub, name, ({ loadedBytes, totalBytes }) => onProgress(loadedBytes, totalBytes));
  const files = await Promise.all(
    download.files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
  return { files, origin: formatHubName(download.name) };
}
