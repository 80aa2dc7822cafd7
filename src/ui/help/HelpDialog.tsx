import { useEffect, useRef } from 'react';
import { METHODS } from '../../explain/methods/list.ts';
import { METRICS } from '../../metrics/scores.ts';
import { useApp } from '../store-context.tsx';
import { GLOSSARY } from './glossary.ts';

const SHORTCUTS = [
  { place: 'Anywhere', keys: ['←', '→'], meaning: 'the image before, the next image' },
  { place: 'Anywhere', keys: ['[', ']'], meaning: 'the layer before, the next layer' },
  { place: 'Anywhere', keys: ['1', '…', '5'], meaning: 'one of the five best classes' },
  { place: 'Anywhere', keys: ['0'], meaning: 'back to the whole image; there, to the best class' },
  { place: 'Anywhere', keys: ['+', '−'], meaning: 'enlarge, make smaller' },
  { place: 'Anywhere', keys: ['Shift', '← ↑ → ↓'], meaning: 'move an enlarged image' },
  { place: 'Anywhere', keys: ['Space'], meaning: 'the image without maps, while held' },
  { place: 'Anywhere', keys: ['F'], meaning: 'full screen, until Esc' },
  { place: 'Anywhere', keys: ['Ctrl', 'Z'], meaning: 'undo; with Shift, redo' },
  { place: 'Anywhere', keys: ['?'], meaning: 'these keys' },
  { place: 'In a figure', keys: ['← ↑ → ↓'], meaning: 'another cell' },
  { place: 'In a figure', keys: ['Enter'], meaning: 'ablate the cell, or put it back' },
  { place: 'In the image list', keys: ['Delete'], meaning: 'remove the image' },
  { place: 'In the image list', keys: ['Alt', '↑', '↓'], meaning: 'move the image' },
] as const;
const PLACES = ['Anywhere', 'In a figure', 'In the image list'] as const;

/** Which key does what, and where. */
function Keys() {
  return PLACES.map((where) => (
    <section key={where} aria-label={where}>
      <p className="keys-place">{where}</p>
      <dl className="shortcuts">
        {SHORTCUTS.filter(({ place }) => place === where).map(({ keys, meaning }) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}

export function HelpDialog() {
  const place = useApp(({ view }) => view.help);
  const closeHelp = useApp((state) => state.closeHelp);
  const openHelp = useApp((state) => state.openHelp);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    if (place === 'words') document.getElementById('help-words')?.scrollIntoView();
  }, [place]);
  const head = (title: string) => (
    <div className="help-head">
      <h2 id="help-title">{title}</h2>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </div>
  );
  if (place === 'keys') {
    return (
      <dialog ref={dialog} className="help key-sheet" aria-labelledby="help-title" onClose={closeHelp}>
        {head('Keys')}
        <Keys />
        <p>
          <button type="button" className="link-button" onClick={() => openHelp('top')}>
            All of the help
          </button>
        </p>
      </dialog>
    );
  }
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={closeHelp}>
      {head('What you see here')}
      <p>
        A network sees an image as numbers on ever coarser grids. Each figure says which cells of one such grid carry the score of one
        class, as one method has it. Images and models never leave this device.
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
        several of them agree on deserve trust. Complexity and sparseness look at the map alone: they tell how little it points at;
        max-sensitivity how little it moves with noise that hardly anybody sees. None of them says whether a map is right, and they do not
        count where one is said to beat a random one. A map that is constant or empty ranks nothing, so its measures are undefined. Steps
        and what removed pixels become change the numbers: compare only what was measured alike. Over a dataset, 95 % confidence intervals
        are Student’s t around means, and Wilson’s score interval for increase, which is a share of images.
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
          <dt>Agreement</dt>
          <dd>
            Spearman’s rank correlation of every two maps on screen, over all cells and with their signs, each pair on the finer of its
            grids; and the std over the maps at every place, each as a share of its own largest magnitude. Methods that start from the same
            gradient agree because they are alike: that they do is no proof that they are right.
          </dd>
        </div>
        <div>
          <dt>Several layers in one map</dt>
          <dd>
            What speaks for the class at each layer, as a share of its largest value there, enlarged to the finest of the grids: the mean,
            or the product, in which a place must matter at every layer. A layer whose map is wrong spoils either.{' '}
            <cite>The product: pytorch-grad-cam, RefineCAM</cite>
          </dd>
        </div>
        <div>
          <dt>Sanity check</dt>
          <dd>
            The weights are shuffled from the top of the network, block by block, and the maps computed anew: the rank correlation with the
            maps of the trained network should fall. They are shuffled once, where the paper draws them anew: one draw over one image is a
            hint, not a proof. A network of shuffled weights still answers to edges and bright parts, so some similarity stays.{' '}
            <cite>Adebayo et al., NeurIPS 2018, section 3</cite>
          </dd>
        </div>
        <div>
          <dt>Stability</dt>
          <dd>
            The image is flipped and moved by up to a sixteenth of a side, run by run, and every map is laid back over the image as it was;
            maps by gradient can have noise besides, as SmoothGrad’s. The mean over the runs owes less to chance than one map, and their std
            shows where. A map can be steady and wrong: stability says that it would be the same again, not that it is faithful. Networks
            that halve their grid step by step do not move their maps with the image exactly, so that some spread is theirs and not the
            method’s. <cite>Smilkov et al., SmoothGrad, 2017, section 3.2</cite>
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
      <h3>Keys</h3>
      <Keys />
    </dialog>
  );
}
