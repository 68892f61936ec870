import { javaTool, newestRelease } from '../kafka'

const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  configs: 'kafka.admin.ConfigCommand',
  groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
  deleteRecords: 'org.apache.kafka.tools.DeleteRecordsCommand',
  apiVersions: 'org.apache.kafka.tools.BrokerApiVersionsCommand',
}

/** Kafka's tools by what they are for; each takes its arguments as one text, and answers the lines it printed. */
export type JavaTools = Readonly<Record<keyof typeof tools, (args: string) => Promise<string[]>>>

/** Kafka's own command line tools, told where the cluster is. */
export function javaTools(bootstrap: string): JavaTools {
  const use = (tool: string) => async (args: string) => {
    const given = ['--bootstrap-server', bootstrap, ...args.split(' ').filter(Boolean)]
    const output = await javaTool(newestRelease, tool, given)
    return output.split('\n').filter(line => /\S/.test(line))
  }
  const named = Object.entries(tools).map(([name, tool]) => [name, use(tool)])
  return Object.fromEntries(named) as JavaTools
}

/** The words of a line of a table. */
export const columnsOf = (line: string): string[] => line.trim().split(/\s+/)
