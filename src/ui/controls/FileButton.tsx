import type { ReactNode } from 'react';

interface FileButtonProps {
  readonly label: ReactNode;
  /** One file at a time. */
  readonly isSingle?: boolean;
  /** A folder, with all that is in it. */
  readonly isFolder?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/**
 * A file input that looks like a button, and is found by its label. It offers files of any name: what a file is, its first bytes say, and a
 * filter by endings would hide some of those that can be read.
 */
export function FileButton({ label, isSingle = false, isFolder = false, onFiles }: FileButtonProps) {
  return (
    <label className="file-button">
      <input
        type="file"
        className="visually-hidden"
        multiple={!isSingle}
        webkitdirectory={isFolder ? '' : undefined}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          // The same file may be chosen again after it was removed.
          target.value = '';
        }}
      />
      <span>{label}</span>
    </label>
  );
}
