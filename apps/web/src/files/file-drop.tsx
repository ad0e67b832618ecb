import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Room } from "../room/room.ts";
import { Icon } from "../ui/icon.tsx";
import { bringIn } from "./bring-in.ts";
import { droppedFiles } from "./picked-files.ts";

/** While files are dragged over the page: where they become files of the project. In the text they are put in as text. */
export function FileDrop({ room }: { room: Room }): ReactElement | null {
  const isDragging = useFileDrag();
  const [isOver, setOver] = useState(false);
  if (!isDragging) return null;
  const dropped = async (transfer: DataTransfer) => {
    const problem = await droppedFiles(transfer).then(
      (picked) => bringIn(room.project, picked),
      () => "What was dropped could not be read.",
    );
    if (problem !== undefined) room.say(problem);
  };
  return (
    // By keyboard the same is done with the button that adds files.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={isOver ? "file-drop is-over" : "file-drop"}
      onDragEnter={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void dropped(event.dataTransfer);
      }}
    >
      <Icon name="upload" />
      Drop here to add to the project
    </div>
  );
}

function useFileDrag(): boolean {
  const [isDragging, setDragging] = useState(false);
  // Whatever lies below the pointer is left and entered one by one.
  const depth = useRef(0);
  useEffect(() => {
    const stop = new AbortController();
    const options = { signal: stop.signal, capture: true };
    const has = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const change = (by: number) => {
      depth.current = Math.max(0, depth.current + by);
      setDragging(depth.current > 0);
    };
    window.addEventListener("dragenter", (event) => has(event) && change(1), options);
    window.addEventListener("dragleave", (event) => has(event) && change(-1), options);
    // The drop itself is handled first, by what is below.
    window.addEventListener("drop", () => setTimeout(() => change(-depth.current)), options);
    return () => stop.abort();
  }, []);
  return isDragging;
}
