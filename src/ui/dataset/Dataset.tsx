import { formatTimeRange } from '../../core/reports/format.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { setResults } from '../../state/dataset/boxed-results.ts';
import type { SetSlice } from '../../state/dataset/set-state.ts';
import { expectedTimePerImage } from '../../state/drawer/expected-times.ts';
import { datasetVerdict } from '../../state/drawer/verdicts.ts';
import { setSensitivityWords } from '../../state/faithfulness/measure-words.ts';
import { setRemovalWarning, setRemovalWords } from '../../state/faithfulness/removal-words.ts';
import { readingOf } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';
import { OfferedFolder } from './OfferedFolder.tsx';
import { SetActions } from './SetActions.tsx';
import { SetAgreement } from './SetAgreement.tsx';
import { SetResults } from './SetResults.tsx';

type KeptSet = NonNullable<SetSlice['set']['kept']>;

/** What removed pixels become in all images, and of how many that says little; and how max-sensitivity was measured. */
function SetNotes({ kept, results }: { kept: KeptSet; results: readonly SetResult[] }) {
  const words = setRemovalWords(kept);
  const warning = setRemovalWarning(results);
  const sensitivity = setSensitivityWords(kept, results);
  return (
    <>
      {words && <p className="field-hint field-hint-tall">{words}</p>}
      {warning && <p className="measure-warning">{warning}</p>}
      {sensitivity && <p className="field-hint">{sensitivity}</p>}
    </>
  );
}

function unreadableWords(count: number): string {
  return count === 0 ? '' : `; ${count} of them could not be read`;
}

/** Results may come without their images. */
function MissingImages({ run, count }: { run: NonNullable<SetSlice['set']['run']>; count: number }) {
  const missing = count - run.images.size;
  if (missing === 0) return null;
  const which = missing === count ? 'The images are not here' : `${missing} of the ${count} images are not here`;
  return (
    <p className="field-hint">
      {which}: maps are shown as they were drawn, where that was saved. Drop the folder of the images to see them.
    </p>
  );
}

/** A folder of images, measured in the background; it goes on after the tab was closed. */
export function Dataset() {
  const { waiting, offered, kept, failed, run } = useApp((state) => state.set);
  const results = useApp(setResults);
  const each = useApp(expectedTimePerImage);
  const isNumber = useApp(({ model }) => readingOf(model) === 'number');
  const verdict = datasetVerdict(results, kept?.reading ?? 'softmax');
  const done = results.length + failed.length;
  return (
    <section aria-labelledby="set-title" className="faithfulness">
      <div className="section-head">
        <h2 id="set-title">Dataset</h2>
        <SetActions />
      </div>
      {offered !== null && kept && <OfferedFolder offered={offered} name={kept.name} count={results.length} />}
      <p className="field-hint">
        {waiting !== null
          ? `${waiting} waits until a model is loaded.`
          : kept
            ? `${kept.name}: ${done} of ${kept.paths.length} images at ${kept.layer}${run ? `, found by the command line with “${run.title}”` : ''}${unreadableWords(failed.length)}.`
            : `Drop or choose a folder${isNumber ? '' : ' (its folders may be called after classes)'}: every map on screen is measured on every image, by ${isNumber ? 'the largest number' : 'the logit of its best class'}.`}
        {!kept && waiting === null && each && ` Takes ${formatTimeRange(each)} for each image.`}
      </p>
      {run && kept && <MissingImages run={run} count={kept.paths.length} />}
      {verdict && <p className="verdict">{verdict}</p>}
      {failed.map(({ path, message }) => (
        <p key={path} className="field-hint">
          {message}
        </p>
      ))}
      {kept && <SetResults paths={kept.paths} results={results} />}
      {results.length > 0 && <SetAgreement results={results} />}
      {kept && <SetNotes kept={kept} results={results} />}
    </section>
  );
}
