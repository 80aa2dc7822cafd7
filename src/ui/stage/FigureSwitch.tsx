import { methodOf } from '../../explain/methods/list.ts';
import { singleFigure } from '../../state/stage/stage-slice.ts';
import { Segments } from '../controls/Segments.tsx';
import { useApp } from '../store-context.tsx';

/** Which figure is shown, where there is room for one. */
export function FigureSwitch() {
  const methods = useApp(({ view }) => view.methods);
  const single = useApp(singleFigure);
  const setStage = useApp((state) => state.setStage);
  const options = [{ value: 'image', title: 'Image' } as const, ...methods.map((id) => ({ value: id, title: methodOf(id).title }))];
  return (
    <Segments
      label="Figure"
      className="figure-switch"
      options={options}
      value={single}
      onChoose={(chosen) => setStage({ single: chosen })}
    />
  );
}
