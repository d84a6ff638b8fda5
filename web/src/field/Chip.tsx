/** A picklist value: a quiet dot and its label. */

import "./field.css";

const NAMED: Record<string, string> = {
  blue: "#2f6fb5",
  cyan: "#187c8a",
  green: "#1f7a4d",
  orange: "#b35c12",
  amber: "#a15c00",
  gold: "#9a6b00",
  yellow: "#9a6b00",
  red: "#c0362c",
  purple: "#6b3d9c",
  pink: "#b03574",
  gray: "#667080",
  grey: "#667080",
};

/** Colours of the two states that the engine itself keeps. */
const STATES: Record<string, string> = {
  draft: "gray",
  pending: "orange",
  active: "orange",
  waiting: "gray",
  approved: "green",
  rejected: "red",
  recalled: "gray",
  locked: "orange",
};

interface ChipProps {
  label: string;
  color?: string | undefined;
  strong?: boolean;
}

export function Chip({ label, color, strong = false }: ChipProps) {
  const tint = (color && (NAMED[color] ?? (color.startsWith("#") ? color : undefined))) || "";
  const style = tint ? ({ "--chip": tint } as React.CSSProperties) : undefined;
  return (
    <span
      className={`chip${tint ? " chip-tinted" : ""}${strong ? " chip-strong" : ""}`}
      style={style}
    >
      {label}
    </span>
  );
}

/** Fields whose values are states of the engine, on every object. */
export const STATE_FIELDS = new Set(["approvalStatus", "lockStatus"]);

/** The chip of an approval's or record's state. */
export function StateChip({ state, label }: { state: string; label: string }) {
  return <Chip label={label} color={STATES[state] ?? "gray"} strong />;
}
