import { mistakenName } from '../../state/explanation/selectors.ts';
import { readingOf, selectedImage } from '../../state/view/in-view.ts';
import { Icon } from '../controls/Icon.tsx';
import { useApp } from '../store-context.tsx';

/** One line for who is here for the first time: what the colours mean, and something to try. */
export function FirstVisit() {
  const isShown = useApp(({ view }) => view.isIntroShown);
  const dismissIntro = useApp((state) => state.dismissIntro);
  const image = useApp(selectedImage);
  const mistaken = useApp((state) => image && mistakenName(image, state));
  const isNumber = useApp(({ model }) => readingOf(model) === 'number');
  if (!isShown) return null;
  // What it says depends on the image: until that is there, its room is kept.
  if (!image) return <div className="first-visit" />;
  return (
    <section className="first-visit" aria-label="First steps">
      <p>
        {mistaken !== null && image.sample && (
          <>
            The network says <strong>{mistaken}</strong>, but this is <strong>{image.sample.label}</strong>.{' '}
          </>
        )}
        <strong className="means-for">Red</strong> {isNumber ? 'raises the number' : `speaks for ${mistaken ?? 'the class'}`},{' '}
        <strong className="means-against">blue</strong> {isNumber ? 'lowers' : 'against'} it. Click a red cell to take it away, and the
        predictions say what is left.
      </p>
      <button type="button" className="icon-button" aria-label="Hide the first steps" title="Hide" onClick={dismissIntro}>
        <Icon name="close" />
      </button>
    </section>
  );
}
