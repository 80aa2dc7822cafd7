import { useEffect, useRef } from 'react';
import { METHODS } from '../../explain/methods/list.ts';
import { METRICS } from '../../metrics/scores.ts';
import { useApp } from '../store-context.tsx';
import { GLOSSARY } from './glossary.ts';

const SHORTCUTS = [
  ['← →', 'the image before, the next image'],
  ['[ ]', 'the layer before, the next layer'],
  ['1 – 5', 'one of the five best classes'],
  ['0', 'back to the whole image; there, to the best class'],
  ['+ −', 'enlarge, make smaller'],
  ['Shift+arrows', 'move an enlarged image'],
  ['Space', 'the image without maps, while held'],
  ['F', 'full screen, until Esc'],
  ['Ctrl+Z', 'undo; with Shift, redo'],
  ['?', 'these keys'],
] as const;

export function HelpDialog() {
  const place = useApp(({ view }) => view.help);
  const closeHelp = useApp((state) => state.closeHelp);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    if (place === 'words' || place === 'keys') document.getElementById(`help-${place}`)?.scrollIntoView();
  }, [place]);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={closeHelp}>
      <div className="help-head">
        <h2 id="help-title">What you see here</h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </div>
      <p>
        A network sees an image as numbers on ever coarser grids. Both figures say which cells of one such grid carry the score of one
        class. Images and models never leave this device.
      </p>
      <h3>Methods</h3>
      <dl>
        {METHODS.map(({ id, title, summary, source }) => (
          <div key={id}>
            <dt>{title}</dt>
            <dd>
              {summary} <cite>{source}</cite>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        A sweep of many cells shows an estimate at once, and exact values in its place as they come: the first-order estimate, which takes
        the rest of the network for linear (HiResCAM, Draelos &amp; Carin, 2020), or the drops of coarse windows.
      </p>
      <h3>Measures</h3>
      <p>
        A map is faithful when it shows what the network used. Every measure asks that in its own way and misleads in its own way: maps that
        several of them agree on deserve trust. A map that is constant or empty ranks nothing, so its measures are undefined. Steps and what
        removed pixels become change the numbers: compare only what was measured alike. Over a dataset, 95 % confidence intervals are
        Student’s t around means, and Wilson’s score interval for increase, which is a share of images.
      </p>
      <dl>
        {METRICS.map(({ id, title, isMoreBetter, summary, formula, weakness, source }) => (
          <div key={id}>
            <dt>
              {title} <span>({isMoreBetter ? 'more' : 'less'} is better)</span>
            </dt>
            <dd>
              {summary} {weakness} <code>{formula}</code> <cite>{source}</cite>
            </dd>
          </div>
        ))}
        <div>
          <dt>Sanity check</dt>
          <dd>
            The weights are shuffled from the top of the network, block by block, and the maps computed anew: the rank correlation with the
            maps of the trained network should fall. They are shuffled once, where the paper draws them anew: one draw over one image is a
            hint, not a proof. A network of shuffled weights still answers to edges and bright parts, so some similarity stays.{' '}
            <cite>Adebayo et al., NeurIPS 2018, section 3</cite>
          </dd>
        </div>
      </dl>
      <h3 id="help-words">Words</h3>
      <dl>
        {Object.values(GLOSSARY).map(({ term, meaning }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3 id="help-keys">Keys</h3>
      <dl className="shortcuts">
        {SHORTCUTS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
