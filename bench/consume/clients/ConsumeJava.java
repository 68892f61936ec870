import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Java's own consumer under the workloads of this benchmark; see bench/rivals/order.ts for what it is told and tells. */
public final class ConsumeJava {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long COMMIT_NANOS = 1_000_000_000L;
    private static final int LATENCIES = 1_000_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final String reading;
    private final int bytes;
    private final boolean commits;
    /** Log end offsets; empty where messages are still being written. */
    private final long[] ends;
    /** The next offset of each partition; -1 before the first. */
    private final long[] expected;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile long messages;
    private volatile boolean over;
    private volatile String failure;
    private long touchedBytes;
    private int sum;
    /** Milliseconds, since the window began. */
    private float[] latencies = new float[0];
    private int latencyCount;

    private ConsumeJava(JsonNode order) {
        JsonNode task = order.get("task");
        reading = task.get("reading").asText();
        bytes = task.get("bytes").asInt();
        commits = task.get("commits").asBoolean();
        Properties settings = new Properties();
        settings.put("bootstrap.servers", order.get("bootstrap").asText());
        settings.put("max.poll.records", "2000");
        settings.put("enable.auto.commit", "false");
        if (commits) settings.put("group.id", task.get("group").asText());
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        String topic = order.get("topic").asText();
        partitions = consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition())).toList();
        consumer.assign(partitions);
        expected = new long[partitions.size()];
        ends = new long[task.has("ends") ? expected.length : 0];
        for (int i = 0; i < ends.length; i++) ends[i] = task.get("ends").get(i).asLong();
        if (ends.length > 0) consumer.seekToBeginning(partitions);
        else {
            Arrays.fill(expected, -1);
            consumer.seekToEnd(partitions);
        }
    }

    public static void main(String[] args) throws Exception {
        JsonNode order = new ObjectMapper().readTree(System.getenv("BENCH_ORDER"));
        new ConsumeJava(order).measure(order);
        System.exit(0);
    }

    private void measure(JsonNode order) throws Exception {
        Thread worker = new Thread(this::work);
        worker.start();
        begun.await();
        Thread.sleep(order.get("warmUpMs").asLong());
        synchronized (this) {
            latencies = new float[reading.equals("latency") ? LATENCIES : 0];
            latencyCount = 0;
        }
        long begin = System.nanoTime(), count = messages, cpu = cpuNanos();
        Thread.sleep((long) (order.get("seconds").asDouble() * 1000));
        count = messages - count;
        cpu = cpuNanos() - cpu;
        long nanos = System.nanoTime() - begin;
        String latency = latency();
        over = true;
        worker.join();
        check();
        String said = failure == null ? "" : ",\"failure\":" + new ObjectMapper().writeValueAsString(failure);
        System.out.println("@outcome {\"messages\":" + count + ",\"windowMs\":" + nanos / 1e6
            + ",\"cpuUs\":" + cpu / 1e3 + ",\"total\":" + messages + ",\"failed\":" + (failure == null ? 0 : 1)
            + ",\"maxRssMb\":" + maxRssMb() + latency + said + "}");
    }

    private void work() {
        try {
            for (long stored = System.nanoTime(); !over; ) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (TopicPartition partition : records.partitions()) take(partition, records.records(partition));
                if (!commits || System.nanoTime() - stored < COMMIT_NANOS) continue;
                consumer.commitAsync();
                stored = System.nanoTime();
            }
            if (commits) consumer.commitSync();
            consumer.close();
        } catch (RuntimeException error) {
            fail(error.toString());
        } finally {
            begun.countDown();
        }
    }

    private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        if (reading.equals("values")) for (ConsumerRecord<byte[], byte[]> record : records) touch(record.value());
        if (reading.equals("latency")) for (ConsumerRecord<byte[], byte[]> record : records) late(record.value());
        int at = partition.partition();
        long first = records.get(0).offset(), next = records.get(records.size() - 1).offset() + 1;
        if (expected[at] >= 0 && first != expected[at] || next - first != records.size())
            fail(partition + ": " + records.size() + " messages from " + first + " to " + next + " after " + expected[at]);
        messages += records.size();
        begun.countDown();
        boolean isEnd = ends.length > 0 && next == ends[at];
        expected[at] = isEnd ? 0 : next;
        if (isEnd) consumer.seekToBeginning(List.of(partition));
    }

    private void touch(byte[] value) {
        touchedBytes += value.length;
        sum += value[value.length - 1];
    }

    private synchronized void late(byte[] value) {
        if (latencyCount == latencies.length) return;
        latencies[latencyCount++] = (System.nanoTime() - ByteBuffer.wrap(value).getLong()) / 1e6f;
    }

    private void check() {
        long wanted = reading.equals("values") ? messages * bytes : 0;
        if (touchedBytes != wanted || wanted > 0 && sum == 0) fail(touchedBytes + " bytes of values, not " + wanted);
    }

    private void fail(String why) {
        if (failure == null) failure = why;
    }

    private synchronized String latency() {
        if (latencyCount == 0) return "";
        float[] sorted = Arrays.copyOf(latencies, latencyCount);
        latencies = new float[0];
        latencyCount = 0;
        Arrays.sort(sorted);
        return ",\"p50Ms\":" + sorted[sorted.length / 2] + ",\"p99Ms\":" + sorted[(int) (sorted.length * 0.99)];
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long maxRssMb() throws Exception {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return 0;
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(0);
    }
}
