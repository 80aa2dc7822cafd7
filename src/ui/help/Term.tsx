import { type ReactNode, Suspense, useRef, useState } from 'react';
import { lazyPart } from '../controls/lazy-part.tsx';
import { GLOSSARY, type TermName } from './glossary.ts';

/** With the library that places it. */
const loadMeaning = () => import('./TermMeaning.tsx');
const TermMeaning = lazyPart(async () => (await loadMeaning()).TermMeaning);

/** A word of the field that explains itself where it stands. */
export function Term({ name, children }: { name: TermName; children?: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const word = useRef<HTMLButtonElement>(null);
  const { term, meaning } = GLOSSARY[name];
  return (
    <>
      <button
        ref={word}
        type="button"
        className="term"
        title={meaning}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void loadMeaning().catch(() => {})}
        onClick={() => setOpen(!isOpen)}
      >
        {children ?? term}
      </button>
      {isOpen && (
        <Suspense>
          <TermMeaning term={term} meaning={meaning} word={word} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
