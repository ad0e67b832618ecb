import { Select } from "@base-ui/react/select";
import type { ReactElement } from "react";
import { Icon } from "./icon.tsx";

export interface ChoiceProps<T extends string> {
  /** Read out; what is chosen says the rest to those who see it. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
}

/** One of a few, chosen from a list. */
export function Choice<T extends string>({ label, value, options, disabled, onChange }: ChoiceProps<T>): ReactElement {
  return (
    <Select.Root
      items={options}
      value={value}
      disabled={disabled ?? false}
      onValueChange={(chosen) => chosen !== null && onChange(chosen)}
    >
      <Select.Trigger className="choice" aria-label={label}>
        <Select.Value />
        <Icon name="chevron" />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className="popover-place" sideOffset={6} alignItemWithTrigger={false}>
          <Select.Popup className="choice-list">
            <Select.List>
              {options.map((option) => (
                <Select.Item key={option.value} value={option.value} className="choice-item">
                  <Select.ItemIndicator className="choice-mark">
                    <Icon name="check" />
                  </Select.ItemIndicator>
                  <Select.ItemText>{option.label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
