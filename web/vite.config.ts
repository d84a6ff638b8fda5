import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.PAAS_SERVER ?? "http://127.0.0.1:8000";

/** Libraries that change seldom, in files of their own so that browsers keep them. */
const chunks = [
  { name: "react", test: /node_modules[\\/](react|react-dom|react-router|scheduler)[\\/]/ },
  { name: "editor", test: /node_modules[\\/](@codemirror|@lezer|style-mod|w3c-keyname|crelt)/ },
  { name: "antd", test: /node_modules[\\/](antd|@ant-design|@rc-component|dayjs)[\\/]/ },
];

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: { proxy: { "/api": server, "/auth": server } },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
