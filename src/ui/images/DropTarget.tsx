import { useLayoutEffect, useState } from 'react';
import { readDrop } from '../../platform/dropped-files.ts';
import { useApp } from '../store-context.tsx';

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

/** Text that is pasted into a field belongs there. */
function isTyping(target: EventTarget | null): boolean {
  const field = 'input:not([type=radio], [type=checkbox], [type=range], [type=file]), textarea';
  return target instanceof HTMLElement && target.closest(field) !== null;
}

/** The whole window takes dropped and pasted files; while something is dragged over it, it says so. */
export function DropTarget() {
  const giveFiles = useApp((state) => state.giveFiles);
  const giveFolder = useApp((state) => state.giveFolder);
  const notify = useApp((state) => state.notify);
  const [isOver, setIsOver] = useState(false);
  // Before the first paint: whatever can be seen takes files.
  useLayoutEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      // Between two elements of the page there is a related target; out of the window there is none.
      if (!event.relatedTarget) setIsOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      if (!event.dataTransfer) return;
      void readDrop(event.dataTransfer).then(({ files, inFolders }) => {
        if (files.length) void giveFiles(files);
        if (inFolders) void giveFolder(inFolders);
      });
    };
    const onPaste = ({ clipboardData, target }: ClipboardEvent) => {
      const files = [...(clipboardData?.files ?? [])];
      if (files.length) void giveFiles(files);
      else if (!isTyping(target))
        notify('info', 'There is no image or file in what was pasted; images can be pasted, and files of images, models or class names.');
    };
    addEventListener('dragover', onDragOver);
    addEventListener('dragleave', onDragLeave);
    addEventListener('drop', onDrop);
    addEventListener('paste', onPaste);
    return () => {
      removeEventListener('dragover', onDragOver);
      removeEventListener('dragleave', onDragLeave);
      removeEventListener('drop', onDrop);
      removeEventListener('paste', onPaste);
    };
  }, [giveFiles, giveFolder, notify]);
  return (
    <div className="drop-target" hidden={!isOver} aria-hidden="true">
      <p>Drop images, a folder of them, or a model’s files, anywhere</p>
    </div>
  );
}
