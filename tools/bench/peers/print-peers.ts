/** The table of PyTorch beside ours. */
import { print, printRow, seconds } from '../table.ts';
import { benchPeers, isHeldAgainstTail } from './bench-peers.ts';

export async function printPeers(): Promise<void> {
  const times = await benchPeers();
  if (!times) {
    print('NOT MEASURED: PyTorch beside ours, for which no Python with PyTorch and torchvision was found (PYTHON names one).');
    return;
  }
  const { device, torch, library, rows } = times;
  print(`DenseNet-169 at 224 x 224, ${device} beside PyTorch ${torch} of one thread; medians, both in turn.`);
  print(library === null ? 'pytorch-grad-cam is not installed.\n' : `pytorch-grad-cam is version ${library}.\n`);
  printRow(['what', 'ours', 'other side', 'theirs', 'theirs ÷ ours', 'largest difference']);
  printRow(['---', '---:', '---', '---:', '---:', '---:']);
  for (const { what, peer, oursMs, peerMs, difference } of rows)
    printRow([
      what,
      seconds(oursMs),
      peer,
      peerMs === null ? 'not installed' : seconds(peerMs),
      peerMs === null ? '' : (peerMs / oursMs).toPrecision(3),
      difference === null ? '' : difference.toExponential(1),
    ]);
  const held = rows.find(isHeldAgainstTail);
  if (!held || held.peerMs === null) return;
  const isFaster = held.oursMs < held.peerMs;
  print(
    `\nThe end of conv4 is ${isFaster ? '' : 'not '}swept faster than PyTorch’s own dense tail: ${seconds(held.oursMs)} and ${seconds(held.peerMs)}.`,
  );
}
