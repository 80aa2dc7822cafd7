import type { FigureFile } from '../../state/export/export-state.ts';
import { MenuItem } from '../controls/menu/MenuItem.tsx';

const FILES: readonly { readonly file: FigureFile; readonly title: string; readonly hint: string }[] = [
  { file: 'overlay', title: 'Save overlay', hint: 'PNG' },
  { file: 'heatmap', title: 'Save heatmap', hint: 'PNG, the map alone with its scale' },
  { file: 'json', title: 'Save data', hint: 'JSON, the raw numbers and how they came about' },
  { file: 'npy', title: 'Save array', hint: 'NPY, the raw numbers for NumPy' },
];

/** What can be saved of any figure. */
export function SaveItems({ whyNot, onSave }: { whyNot: string; onSave: (file: FigureFile) => void }) {
  return FILES.map(({ file, title, hint }) => (
    <MenuItem key={file} title={title} hint={hint} whyNot={whyNot} onSelect={() => onSave(file)} />
  ));
}
