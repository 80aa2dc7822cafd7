import { useMemo } from 'react';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { correlationInWords } from '../../core/reports/format.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { sanityVerdict } from '../../state/drawer/verdicts.ts';
import { logitsInView, selectedImage } from '../../state/view/in-view.ts';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { RunState } from '../drawer/RunState.tsx';
import { useApp } from '../store-context.tsx';

function inWords(value: number | null | undefined): string {
  return value === undefined ? '' : correlationInWords(value);
}

interface StageMapProps {
  readonly map: SaliencyMap | null;
  readonly correlation: number | null | undefined;
  readonly description: string;
}

function StageMap({ map, correlation, description }: StageMapProps) {
  const image = useApp(selectedImage);
  return (
    <td>
      <span className="stage-map">
        {image && <MapThumbnail image={image} map={map} description={description} />}
        <span className="stage-number">{inWords(correlation)}</span>
      </span>
    </td>
  );
}

/** How alike maps stay while the network is randomised from its top: those of a sound method fall apart. */
export function SanityCheck() {
  const sanity = useApp((state) => state.sanity);
  const canCheck = useApp((state) => state.model.info !== null && logitsInView(state) !== null);
  const checkSanity = useApp((state) => state.checkSanity);
  const cancelSanity = useApp((state) => state.cancelSanity);
  const verdict = useMemo(() => sanityVerdict(sanity), [sanity]);
  const { status, methods, stages, progress } = sanity;
  return (
    <section className="sanity" aria-labelledby="sanity-title">
      <div className="section-head">
        <h2 id="sanity-title">Sanity check</h2>
        <RunState
          activity="sanity-check"
          status={status}
          progress={progress}
          label="Checking"
          startTitle="Check"
          canStart={canCheck}
          blocked="Once the network has seen the image."
          onStart={() => void checkSanity()}
          onCancel={cancelSanity}
        />
      </div>
      <p className={verdict ? 'verdict' : 'field-hint'}>
        {verdict || 'The weights are shuffled from the top, block by block: maps that stay alike do not show what the network has learnt.'}
      </p>
      {stages.length > 0 && (
        <div className="table-scroll">
          <table className="measures">
            <caption className="visually-hidden">Maps, and their rank correlation with those of the trained network</caption>
            <thead>
              <tr>
                <th scope="col">Shuffled down to</th>
                {methods.map((id) => (
                  <th key={id} scope="col">
                    {methodOf(id).title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {stages.map(({ title, maps, correlations }) => (
                <tr key={title}>
                  <th scope="row">{title}</th>
                  {methods.map((id) => (
                    <StageMap
                      key={id}
                      map={maps[id] ?? null}
                      correlation={correlations[id]}
                      description={`${methodOf(id).title}, shuffled down to ${title}`}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
