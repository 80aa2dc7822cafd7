import { useId } from 'react';
import { useApp } from '../store-context.tsx';

/** Whether images outlive the visit, what that means, and how it ends. */
export function KeepImages() {
  const keepsImages = useApp(({ view }) => view.keepsImages);
  const setKeepsImages = useApp((state) => state.setKeepsImages);
  const hintId = useId();
  return (
    <div className="keep-images">
      <label className="check-field">
        <input
          type="checkbox"
          role="switch"
          aria-checked={keepsImages}
          aria-describedby={hintId}
          checked={keepsImages}
          onChange={({ target }) => setKeepsImages(target.checked)}
        />
        <span>Keep my images in this browser</span>
      </label>
      <p id={hintId} className="keep-hint">
        {keepsImages
          ? 'They are sent nowhere, and stay on this device until you remove them, or turn this off.'
          : 'Nothing is kept: your images are gone when the page is closed.'}
      </p>
    </div>
  );
}
