/** The look, as antd tokens; the same values stand in `base.css` as custom properties. */

import type { ThemeConfig } from "antd";

export const FONT = [
  "-apple-system",
  "BlinkMacSystemFont",
  '"Segoe UI"',
  '"PingFang SC"',
  '"HarmonyOS Sans SC"',
  '"Microsoft YaHei UI"',
  '"Microsoft YaHei"',
  '"Noto Sans SC"',
  '"Noto Sans CJK SC"',
  "sans-serif",
].join(", ");

export const theme: ThemeConfig = {
  cssVar: { key: "zhuji" },
  token: {
    fontFamily: FONT,
    fontFamilyCode:
      '"SF Mono", "Cascadia Code", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
    colorPrimary: "#1d4e89",
    colorInfo: "#1d4e89",
    colorLink: "#1d4e89",
    colorSuccess: "#1f7a4d",
    colorWarning: "#a15c00",
    colorError: "#c0362c",
    colorTextBase: "#1b2430",
    colorTextSecondary: "#4f5b6b",
    colorTextTertiary: "#667080",
    colorTextQuaternary: "#6b7583",
    colorTextPlaceholder: "#687282",
    colorBorder: "#d5dae1",
    colorBorderSecondary: "#e6e9ee",
    colorBgLayout: "#f5f6f8",
    borderRadius: 6,
    borderRadiusLG: 10,
    fontSize: 14,
    controlHeight: 34,
    motionDurationMid: "0.14s",
    motionDurationSlow: "0.2s",
    boxShadowTertiary: "0 1px 2px rgba(20, 30, 45, 0.05)",
  },
  components: {
    Button: { primaryShadow: "none", defaultShadow: "none", fontWeight: 500 },
    Table: {
      headerBg: "#fafbfc",
      headerColor: "#4f5b6b",
      headerSplitColor: "transparent",
      rowHoverBg: "#f4f7fb",
      cellPaddingBlock: 9,
      cellPaddingInline: 14,
    },
    Tabs: { horizontalItemGutter: 24, titleFontSize: 14 },
    Drawer: { footerPaddingBlock: 12, footerPaddingInline: 24 },
  },
};
