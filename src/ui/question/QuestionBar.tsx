import { ClassPicker } from './ClassPicker.tsx';
import { LayerPicker } from './LayerPicker.tsx';
import { VersusPicker } from './VersusPicker.tsx';

/** What is asked of the network, as one sentence: why this class, in contrast with which, at which layer. */
export function QuestionBar() {
  return (
    <section className="question-bar" aria-label="Question">
      <ClassPicker />
      <VersusPicker />
      <LayerPicker />
    </section>
  );
}
