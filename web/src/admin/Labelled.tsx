/** A labelled input of the administration's forms, with hint and what was refused. */

import { type ReactNode, useId } from "react";

interface LabelledProps {
  label: string;
  hint?: string | undefined;
  required?: boolean;
  errors?: string[] | undefined;
  wide?: boolean;
  children: (id: string, invalid: { status?: "error" }) => ReactNode;
}

export function Labelled({ label, hint, required, errors, wide, children }: LabelledProps) {
  const id = useId();
  const wrong = errors && errors.length > 0;
  return (
    <div className={`form-field${wide ? " form-wide" : ""}${wrong ? " form-wrong" : ""}`}>
      <label htmlFor={id}>
        {label}
        {required && (
          <span className="form-star" aria-hidden="true">
            *
          </span>
        )}
      </label>
      {children(id, wrong ? { status: "error" } : {})}
      {wrong ? (
        <p className="form-error" role="alert">
          {errors.join(" ")}
        </p>
      ) : (
        hint && <p className="admin-hint">{hint}</p>
      )}
    </div>
  );
}
