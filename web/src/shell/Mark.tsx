/** The sign of the product: courses of a foundation, the newest on top. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="mark">
      <rect width="32" height="32" rx="8" fill="#1d3557" />
      <rect x=".5" y=".5" width="31" height="31" rx="7.5" fill="none" stroke="#fff" opacity=".12" />
      <rect x="12" y="7" width="8" height="5" rx="1.2" fill="#e0653f" />
      <rect x="9" y="13.5" width="14" height="5" rx="1.2" fill="#fff" opacity=".9" />
      <rect x="6" y="20" width="20" height="5" rx="1.2" fill="#fff" />
    </svg>
  );
}
