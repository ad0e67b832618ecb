import { Combobox } from "@base-ui/react/combobox";
import type { ReactElement } from "react";
import { Icon } from "./icon.tsx";
import "./search-choice.css";

export interface SearchOption<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Shown behind the label. */
  readonly detail: string;
  /** Other words it is found by. */
  readonly words: readonly string[];
}

export interface SearchGroup<T extends string> {
  /** What its options have in common. */
  readonly label: string;
  readonly items: readonly SearchOption<T>[];
}

export interface SearchChoiceProps<T extends string> {
  /** Read out; what is chosen says the rest to those who see it. */
  readonly label: string;
  readonly value: T;
  readonly groups: readonly SearchGroup<T>[];
  readonly disabled: boolean;
  readonly onChange: (value: T) => void;
}

/** One of many, found by typing. */
export function SearchChoice<T extends string>(props: SearchChoiceProps<T>): ReactElement {
  const { label, value, groups, disabled, onChange } = props;
  const chosen = groups.flatMap(({ items }) => items).find((option) => option.value === value) ?? null;
  return (
    <Combobox.Root<SearchOption<T>>
      items={groups}
      value={chosen}
      disabled={disabled}
      autoHighlight
      filter={matches}
      itemToStringLabel={(option) => option.label}
      isItemEqualToValue={(one, other) => one.value === other.value}
      onValueChange={(option) => option && option.value !== value && onChange(option.value)}
    >
      <Combobox.Trigger className="choice" aria-label={label}>
        <span className="choice-value">{chosen?.label ?? value}</span>
        <Icon name="chevron" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner className="popover-place" sideOffset={6} align="start">
          <Combobox.Popup className="search-choice" aria-label={label}>
            <Combobox.Input className="text-input search-choice-input" placeholder="Search…" aria-label="Search" />
            <Combobox.Empty className="search-choice-empty">Nothing is called that.</Combobox.Empty>
            <Combobox.List className="search-choice-list">
              {(group: SearchGroup<T>) => (
                <Combobox.Group key={group.label} items={group.items}>
                  <Combobox.GroupLabel className="search-choice-group">{group.label}</Combobox.GroupLabel>
                  <Combobox.Collection>
                    {(option: SearchOption<T>) => <Option key={option.value} option={option} />}
                  </Combobox.Collection>
                </Combobox.Group>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

function Option<T extends string>({ option }: { option: SearchOption<T> }): ReactElement {
  return (
    <Combobox.Item value={option} className="choice-item">
      <Combobox.ItemIndicator className="choice-mark">
        <Icon name="check" />
      </Combobox.ItemIndicator>
      <span>
        {option.label}
        {option.detail !== "" && <span className="choice-detail"> {option.detail}</span>}
      </span>
    </Combobox.Item>
  );
}

function matches<T extends string>({ label, words }: SearchOption<T>, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return [label, ...words].some((word) => word.toLowerCase().includes(wanted));
}
