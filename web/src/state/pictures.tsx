/** Two quiet drawings for pages without content. */

export function BlankPicture() {
  return (
    <svg width="120" height="84" viewBox="0 0 120 84" fill="none" aria-hidden="true">
      <rect x="18" y="58" width="84" height="14" rx="4" fill="#e9edf3" />
      <rect x="30" y="40" width="60" height="14" rx="4" fill="#f0f3f7" stroke="#dfe4eb" />
      <rect
        x="44.5"
        y="22.5"
        width="31"
        height="13"
        rx="3.5"
        stroke="#b9c3d0"
        strokeDasharray="4 3"
      />
      <path d="M60 6v10m-5-5h10" stroke="#d1512d" strokeWidth="2" strokeLinecap="round" />
      <path d="M6 76h108" stroke="#dfe4eb" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}

export function BrokenPicture() {
  return (
    <svg width="120" height="84" viewBox="0 0 120 84" fill="none" aria-hidden="true">
      <rect x="18" y="58" width="84" height="14" rx="4" fill="#e9edf3" />
      <rect x="30" y="40" width="28" height="14" rx="4" fill="#f0f3f7" stroke="#dfe4eb" />
      <rect
        x="66"
        y="34"
        width="28"
        height="14"
        rx="4"
        fill="#fdf0ee"
        stroke="#e9b8b1"
        transform="rotate(12 80 41)"
      />
      <path d="M60 14v10" stroke="#d1512d" strokeWidth="2.5" strokeLinecap="round" />
      <circle cx="60" cy="30" r="1.6" fill="#d1512d" />
      <path d="M6 76h108" stroke="#dfe4eb" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
