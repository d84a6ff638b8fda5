/** Icons by the names that object definitions use; unknown names get initials. */

import {
  AimOutlined,
  ApartmentOutlined,
  AppstoreOutlined,
  BankOutlined,
  BulbOutlined,
  CalendarOutlined,
  ContactsOutlined,
  DollarOutlined,
  FileTextOutlined,
  FundOutlined,
  FunnelPlotOutlined,
  GiftOutlined,
  NodeIndexOutlined,
  NotificationOutlined,
  ProjectOutlined,
  ShopOutlined,
  ShoppingOutlined,
  TagsOutlined,
  TeamOutlined,
  ToolOutlined,
  UserOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

const ICONS: Record<string, ComponentType> = {
  aim: AimOutlined,
  apartment: ApartmentOutlined,
  appstore: AppstoreOutlined,
  bank: BankOutlined,
  building: BankOutlined,
  bulb: BulbOutlined,
  calendar: CalendarOutlined,
  contacts: ContactsOutlined,
  contact: ContactsOutlined,
  dollar: DollarOutlined,
  document: FileTextOutlined,
  file: FileTextOutlined,
  fund: FundOutlined,
  "funnel-plot": FunnelPlotOutlined,
  gift: GiftOutlined,
  link: NodeIndexOutlined,
  node: NodeIndexOutlined,
  megaphone: NotificationOutlined,
  notification: NotificationOutlined,
  project: ProjectOutlined,
  shop: ShopOutlined,
  shopping: ShoppingOutlined,
  box: ShoppingOutlined,
  product: ShoppingOutlined,
  tag: TagsOutlined,
  tags: TagsOutlined,
  team: TeamOutlined,
  users: TeamOutlined,
  tool: ToolOutlined,
  user: UserOutlined,
};

const TINTS = [
  "#1d4e89",
  "#8a4b17",
  "#1f6f68",
  "#6b3d7d",
  "#9c3b2f",
  "#4f6228",
  "#3b4a8f",
  "#7a5c12",
  "#8b2f5a",
  "#2f5d50",
];

/** A colour that stays with a name. */
export function tintOf(name: string): string {
  let hash = 2166136261;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
  return TINTS[((hash >>> 0) ^ (hash >>> 17)) % TINTS.length] ?? "#1d4e89";
}

interface IconProps {
  name: string;
  icon?: string | undefined;
  label: string;
  size?: number;
}

/** The badge of an object: its icon, else the first letter of its label, on its colour. */
export function ObjectIcon({ name, icon, label, size = 22 }: IconProps) {
  const Icon = icon ? ICONS[icon.toLowerCase()] : undefined;
  const style = { width: size, height: size, background: tintOf(name), fontSize: size * 0.55 };
  return (
    <span className="object-icon" style={style} aria-hidden="true">
      {Icon ? <Icon /> : [...label][0]}
    </span>
  );
}
