import { useApp } from './store-context.tsx';

/** What must be said: errors at once, the rest when there is a pause. */
export function Notices() {
  const notices = useApp((state) => state.notices);
  const dismiss = useApp((state) => state.dismiss);
  return (
    <div className="notices">
      <div className="notice-list" aria-live="polite">
        {notices.map(({ id, kind, text }) => (
          <div key={id} className="notice" data-kind={kind}>
            <p {...(kind !== 'info' && { role: 'alert' })}>{text}</p>
            <button type="button" className="small-button" onClick={() => dismiss(id)}>
              Dismiss
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
