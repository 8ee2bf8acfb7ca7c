import { FieldError, Input, Label, TextField } from 'react-aria-components';
import type { Fault } from '../state/item.ts';

interface Properties {
  /** As the server calls it. */
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  fault: Fault | undefined;
  maxLength: number;
}

/** A field that says why the server did not take what is in it. */
export function Field({ name, label, value, onChange, fault, maxLength }: Properties) {
  return (
    <TextField
      value={value}
      onChange={onChange}
      isInvalid={fault?.field === name}
      maxLength={maxLength}
      autoComplete="off"
      className="field"
    >
      <Label>{label}</Label>
      <Input />
      <FieldError>{fault?.message}</FieldError>
    </TextField>
  );
}
