/**
 * Loaded into every Ruby process (`RUBYOPT=-r`). rspec gets its JSON formatter beside the human one; minitest and test-unit a listener
 * that writes one JSON line per test. A process that dies before the end leaves its `.started` mark. Ruby 2.5 and newer.
 */
export const rubyHook = String.raw`module LoomHook
  HOME = File.dirname(File.expand_path(__FILE__))
  REPORTS = File.expand_path("../reports", HOME)

  class << self
    def escape(text)
      text.to_s.encode("UTF-8", invalid: :replace, undef: :replace).scrub("?")[0, 4000].gsub(/[\x00-\x1f"\\\u007f]/) { |c| format("\\u%04x", c.ord) }
    end

    def text(value)
      value.nil? ? "null" : "\"#{escape(value)}\""
    end

    def start(runner)
      @path = File.join(REPORTS, "#{runner}-#{Process.pid}.jsonl")
      File.write(File.join(REPORTS, "#{runner}-#{Process.pid}.started"), $PROGRAM_NAME)
    end

    def line(body)
      File.open(@path, "a") { |out| out.puts("{#{body}}") }
    end

    def test(titles, status, file: nil, number: nil, ms: nil, message: nil)
      line("\"titles\":[#{titles.map { |title| text(title) }.join(",")}],\"status\":\"#{status}\",\"file\":#{text(file)},\"line\":#{number || "null"},\"ms\":#{ms || "null"},\"message\":#{text(message)}")
    end

    def finish(total)
      line("\"end\":true,\"total\":#{total}")
    end

    def hide
      ENV["RUBYOPT"] = ENV["RUBYOPT"].to_s.sub("-r#{HOME}/loom.rb", "").strip
      ENV.delete("RUBYOPT") if ENV["RUBYOPT"].empty?
    end

    def watch
      if defined?(::Minitest::AbstractReporter) && defined?(::Minitest::Reportable) && ::Minitest.respond_to?(:run) && !@minitest
        @minitest = true
        minitest
      end
      if defined?(::Test::Unit::UI::TestRunnerMediator) && ::Test::Unit::UI::TestRunnerMediator.method_defined?(:run) && !@test_unit
        @test_unit = true
        test_unit
      end
    end

    def minitest
      reporter = Class.new(::Minitest::AbstractReporter) do
        define_method(:start) { LoomHook.hide; LoomHook.start("minitest"); @count = 0 }
        define_method(:record) do |result|
          @count += 1
          suite = result.respond_to?(:klass) ? result.klass : result.class.to_s
          file, number = result.respond_to?(:source_location) ? result.source_location : nil
          status = result.skipped? ? "skipped" : result.passed? ? "passed" : "failed"
          message = status == "failed" ? result.failures.map { |one| "#{one.class}: #{one.message}\n#{one.location}" }.join("\n") : nil
          LoomHook.test([suite, result.name], status, file: file, number: number, ms: (result.time.to_f * 1000).round(3), message: message)
        end
        define_method(:report) { LoomHook.finish(@count) }
        define_method(:passed?) { true }
      end
      ::Minitest.singleton_class.prepend(Module.new do
        define_method(:init_plugins) do |options|
          super(options)
          self.reporter << reporter.new
        end
      end)
    end

    def test_unit
      ::Test::Unit::UI::TestRunnerMediator.prepend(Module.new do
        def run
          LoomHook.hide
          LoomHook.start("test-unit")
          faults = {}
          count = 0
          add_listener(::Test::Unit::TestResult::FAULT) do |fault|
            known = faults[fault.test_name]
            faults[fault.test_name] = fault unless known && known.critical?
          end
          add_listener(::Test::Unit::TestCase::FINISHED_OBJECT) do |test|
            count += 1
            fault = faults.delete(test.name)
            status = fault.nil? || fault.label == "Notification" ? "passed" : fault.critical? ? "failed" : "skipped"
            file, number = begin
              test.method(test.method_name).source_location
            rescue StandardError
              nil
            end
            LoomHook.test([test.class.name, test.method_name], status, file: file, number: number, ms: (test.elapsed_time.to_f * 1000).round(3), message: status == "failed" ? fault.long_display : nil)
          end
          outcome = super
          faults.each_value { |fault| LoomHook.line("\"load\":#{LoomHook.text(fault.test_name)},\"message\":#{LoomHook.text(fault.long_display)}") if fault.critical? }
          LoomHook.finish(count)
          outcome
        end
      end)
    end
  end
end

begin
  if File.basename($PROGRAM_NAME) == "rspec"
    target = File.join(LoomHook::REPORTS, "rspec-#{Process.pid}")
    File.write("#{target}.started", $PROGRAM_NAME)
    LoomHook.hide
    ENV["SPEC_OPTS"] = "#{ENV["SPEC_OPTS"]} --format progress --format json --out #{target}.json".strip
  else
    module Kernel
      loom_require = instance_method(:require)
      define_method(:require) do |path|
        outcome = loom_require.bind(self).call(path)
        LoomHook.watch if outcome && path.to_s =~ /minitest|test.unit|testrunner/
        outcome
      end
      private :require
    end
  end
rescue StandardError
  nil
end
`
