import {
  useEffect,
  useId,
  useRef,
  type InputHTMLAttributes,
  type ReactElement,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";
import { Icon } from "./icon.tsx";

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** The page is about this field: the keyboard begins here. */
  readonly isStart?: boolean;
}

export function TextField({ label, hint, error, isStart = false, ...input }: TextFieldProps): ReactElement {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!isStart) return;
    field.current?.focus();
    // What stands there already is a proposal: the first key replaces it.
    field.current?.select();
  }, [isStart]);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        ref={field}
        id={id}
        className="text-input"
        aria-invalid={error ? true : undefined}
        aria-describedby={described === "" ? undefined : described}
        {...input}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export interface TextAreaFieldProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Written by or for a program: every character counts. */
  readonly isCode?: boolean;
}

export function TextAreaField(props: TextAreaFieldProps): ReactElement {
  const { label, isLabelHidden = false, hint, error, isCode = false, ...area } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className={isLabelHidden ? "visually-hidden" : "field-label"} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={isCode ? "text-area is-code" : "text-area"}
        spellCheck={!isCode}
        aria-invalid={error ? true : undefined}
        aria-describedby={described === "" ? undefined : described}
        {...area}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  /** The label is read out, not shown. */
  readonly isLabelHidden?: boolean;
  readonly children: ReactNode;
}

/** The browser's own select: the one that works with every keyboard, phone and screen reader. */
export function SelectField({ label, isLabelHidden = false, children, ...select }: SelectFieldProps): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label className={isLabelHidden ? "visually-hidden" : "field-label"} htmlFor={id}>
        {label}
      </label>
      <span className="select-box">
        <select id={id} className="native-select" {...select}>
          {children}
        </select>
        <Icon name="chevron" />
      </span>
    </div>
  );
}
