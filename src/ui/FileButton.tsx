interface FileButtonProps {
  readonly label: string;
  readonly accept: string;
  /** One file at a time. */
  readonly isSingle?: boolean;
  /** A folder, with all that is in it. */
  readonly isFolder?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A file input that looks like a button, and is found by its label. */
export function FileButton({ label, accept, isSingle = false, isFolder = false, onFiles }: FileButtonProps) {
  return (
    <label className="file-button">
      <input
        type="file"
        className="visually-hidden"
        accept={accept}
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
