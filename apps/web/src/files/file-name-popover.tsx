import { Popover } from "@base-ui/react/popover";
import type { ProjectFile } from "@greenroom/shared/protocol/file.ts";
import { useState, type ReactElement, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { fileNameFault } from "./file-name.ts";

export interface FileNamePopoverProps {
  /** On the button that opens it, and above the field. */
  readonly title: string;
  readonly icon: IconName;
  readonly confirm: string;
  readonly initial: string;
  readonly others: readonly ProjectFile[];
  readonly onName: (path: string) => void;
  readonly children?: (close: () => void) => ReactNode;
}

/** Asks for a path in the project. */
export function FileNamePopover(props: FileNamePopoverProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className="btn is-quiet is-icon" aria-label={props.title} title={props.title}>
        <Icon name={props.icon} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" sideOffset={6} align="end" collisionPadding={12}>
          <Popover.Popup className="popover file-popover">
            <Popover.Title render={<h2>{props.title}</h2>} />
            <NameForm {...props} onDone={close} />
            {props.children?.(close)}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function NameForm({
  confirm,
  initial,
  others,
  onName,
  onDone,
}: FileNamePopoverProps & { onDone: () => void }): ReactElement {
  const [path, setPath] = useState(initial);
  const [fault, setFault] = useState<string>();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = fileNameFault(path.trim(), others);
        setFault(found);
        if (found !== undefined) return;
        if (path.trim() !== initial) onName(path.trim());
        onDone();
      }}
    >
      <TextField
        label="Name"
        value={path}
        hint="With its folders, such as lib/util.py"
        error={fault}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={({ target }) => setPath(target.value)}
      />
      <Button type="submit" look="primary">
        {confirm}
      </Button>
    </form>
  );
}
