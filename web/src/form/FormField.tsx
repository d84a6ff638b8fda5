/** A labelled control with its help and what is wrong with it. */

import { QuestionCircleOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { memo, useId } from "react";
import type { RecordRow } from "../api/record";
import type { FieldComponent } from "../api/ui";
import { FieldValue } from "../field/FieldValue";
import { Control } from "./Control";
import type { Chosen } from "./LookupSelect";
import type { FormValue } from "./value";

interface FormFieldProps {
  field: FieldComponent;
  value: FormValue;
  name: string | undefined;
  required: boolean;
  errors: string[] | undefined;
  record: RecordRow | null;
  onChange: (name: string, value: FormValue, chosen?: Chosen | null) => void;
}

export const FormField = memo(function FormField(props: FormFieldProps) {
  const { field, value, required, errors, record, onChange } = props;
  const id = useId();
  const wide = field.dataType === "long_text" ? " form-wide" : "";
  const wrong = errors && errors.length > 0;
  return (
    <div className={`form-field${wide}${wrong ? " form-wrong" : ""}`} data-field={field.name}>
      <label htmlFor={id}>
        {field.label}
        {required && (
          <span className="form-star" aria-hidden="true">
            *
          </span>
        )}
        {field.help && (
          <Tooltip title={field.help}>
            <QuestionCircleOutlined className="form-help" tabIndex={0} aria-label={field.help} />
          </Tooltip>
        )}
      </label>
      {field.readOnly ? (
        <output id={id} className="form-shown">
          <FieldValue field={field} row={record ?? { id: "" }} path={field.name} plain />
        </output>
      ) : (
        <Control
          field={field}
          id={id}
          value={value}
          name={props.name}
          required={required}
          invalid={Boolean(wrong)}
          describedBy={wrong ? `${id}-wrong` : undefined}
          onChange={(next, chosen) => onChange(field.name, next, chosen)}
        />
      )}
      {wrong && (
        <p id={`${id}-wrong`} className="form-error" role="alert">
          {errors.join(" ")}
        </p>
      )}
    </div>
  );
});
