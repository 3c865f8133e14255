using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Tests.Sweeps;

public class SweepFileTests
{
    private const string Full = """
        name: yolo-lr
        dataset: vindr@sha256:0123456789abcdef
        labels: {consensus: wbf, iou: 0.4}
        preprocess: {size: 1024, window: voi, transform: minmax, bits: 8}
        folds: {count: 5, seed: 42}
        model: {family: yolov5, variant: s, image_size: 640, weights: none}
        train: {epochs: 30, batch: 16, optimizer: sgd, lr: 0.01, precision: bf16, seed: 1}
        augment: {mosaic: 1.0, cutmix: 0.0, mixup: 0.0, hflip: 0.5}
        parameters:
          train.lr: {min: 1e-4, max: 1e-2, scale: log}
          model.variant: {values: [s, m, l]}
          model.image_size: {values: [640, 1024], when: {model.variant: [s, m]}}
        search: {method: random, max_variants: 12, seed: 7}
        stop: {method: asha, grace_epochs: 3, divisor: 3}
        resources: {gpus: 1, max_concurrent: 8, queue: default, priority: 50}
        retry: {errors: 3, preemptions: unlimited}
        checkpoint: {every_epochs: 1, keep_best: 1, keep_last: 1}
        ensemble: {method: wbf, max_members: 8}
        budget: {gpu_hours: 400}
        """;

    [Fact]
    public void Every_section_of_the_design_is_read()
    {
        SweepSpec spec = Read(Full);

        Assert.Equal(("yolo-lr", "vindr@sha256:0123456789abcdef"), (spec.Name, spec.Dataset));
        Assert.Equal(new LabelsSpec("wbf", 0.4), spec.Settings.Labels);
        Assert.Equal(new PreprocessSpec(1024, "voi", "minmax", 8), spec.Settings.Preprocess);
        Assert.Equal(new FoldsSpec(5, 42), spec.Folds);
        Assert.Equal(new ModelSpec("yolov5", "s", 640, "none"), spec.Settings.Model);
        Assert.Equal((30, 16, "sgd", 0.01, "bf16", 1), (spec.Settings.Train.Epochs, spec.Settings.Train.Batch, spec.Settings.Train.Optimizer,
            spec.Settings.Train.Lr, spec.Settings.Train.Precision, spec.Settings.Train.Seed));
        Assert.Equal((1.0, 0.0, 0.0, 0.5), (spec.Settings.Augment.Mosaic, spec.Settings.Augment.Cutmix, spec.Settings.Augment.Mixup, spec.Settings.Augment.Hflip));
        Assert.Equal(new SearchSpec("random", 12, 7), spec.Search);
        Assert.Equal(new StopSpec("asha", 3, 3), spec.Stop);
        Assert.Equal(new ResourcesSpec(1, 8, "default", 50), spec.Resources);
        Assert.Equal(new RetrySpec(3, null), spec.Retry);
        Assert.Equal(new EnsembleSpec("wbf", 8), spec.Ensemble);
        Assert.Equal(400, spec.Budget.GpuHours);
        Assert.Equal(["train.lr", "model.variant", "model.image_size"], spec.Parameters.Keys);
        Assert.Equal((1e-4, 1e-2, "log"), (spec.Parameters["train.lr"].Min, spec.Parameters["train.lr"].Max, spec.Parameters["train.lr"].Scale));
        Assert.Equal(["s", "m"], spec.Parameters["model.image_size"].When["model.variant"]);
    }

    [Fact]
    public void Omitted_sections_take_their_defaults()
    {
        SweepSpec spec = Read("{name: a, dataset: b}");

        Assert.Equal(new TrialSettings(), spec.Settings);
        Assert.Equal(new StopSpec(), spec.Stop);
        Assert.Null(spec.Budget.GpuHours);
    }

    [Fact]
    public void Five_mistakes_give_five_errors_with_paths()
    {
        (SweepSpec? spec, IReadOnlyList<SweepError> errors) = SweepFile.Parse("""
            name: broken
            dataset: vindr
            folds: {count: 1}
            model: {family: yolov5, variant: s, image_size: 650}
            train: {epochs: many, learning_rate: 0.01}
            search: {method: gird}
            """);

        Assert.Null(spec);
        Assert.Equal(["folds.count", "model.image_size", "train.epochs", "train.learning_rate", "search.method"], errors.Select(e => e.Path));
        Assert.Contains("'1'", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("'650'", errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("divisible by 32", errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("'many' is not a number", errors[2].Message, StringComparison.Ordinal);
        Assert.Contains("unknown key", errors[3].Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'grid'?", errors[4].Message, StringComparison.Ordinal);
        Assert.All(errors, e => Assert.DoesNotContain('\n', e.ToString()));
    }

    [Theory]
    [InlineData("dataset: d", "name")]
    [InlineData("name: n", "dataset")]
    [InlineData("{name: n, dataset: d, colour: red}", "colour")]
    [InlineData("{name: n, dataset: d, train: 3}", "train")]
    [InlineData("{name: n, dataset: d, train: {lr: [1, 2]}}", "train.lr")]
    [InlineData("{name: n, dataset: d, train: {lr: 0}}", "train.lr")]
    [InlineData("{name: n, dataset: d, train: {lr: .nan}}", "train.lr")]
    [InlineData("{name: n, dataset: d, train: {epochs: 2.5}}", "train.epochs")]
    [InlineData("{name: n, dataset: d, preprocess: {bits: 12}}", "preprocess.bits")]
    [InlineData("{name: n, dataset: d, model: {variant: huge}}", "model.variant")]
    [InlineData("{name: n, dataset: d, model: {family: yolov9}}", "model.family")]
    [InlineData("{name: n, dataset: 'd@sha256:12'}", "dataset")]
    [InlineData("{name: n, dataset: d, stop: {method: asha, grace_epochs: 30}}", "stop.grace_epochs")]
    [InlineData("{name: n, dataset: d, parameters: {folds.count: {values: [3, 5]}}}", "parameters.folds.count")]
    [InlineData("{name: n, dataset: d, parameters: {train.speed: {values: [3]}}}", "parameters.train.speed")]
    [InlineData("{name: n, dataset: d, parameters: {train.lr: {min: 0.1}}}", "parameters.train.lr.max")]
    [InlineData("{name: n, dataset: d, parameters: {train.lr: {min: 0.1, max: 0.01}}}", "parameters.train.lr")]
    [InlineData("{name: n, dataset: d, parameters: {train.lr: {values: [0.1], min: 0.1}}}", "parameters.train.lr")]
    [InlineData("{name: n, dataset: d, parameters: {train.momentum: {min: 0, max: 0.9, scale: log}}}", "parameters.train.momentum.min")]
    [InlineData("{name: n, dataset: d, parameters: {model.variant: {min: 1, max: 2}}}", "parameters.model.variant")]
    [InlineData("{name: n, dataset: d, parameters: {model.variant: {values: [s, q]}}}", "parameters.model.variant.values")]
    [InlineData("{name: n, dataset: d, parameters: {train.lr: {values: [0.1, 0.1]}}}", "parameters.train.lr.values")]
    [InlineData("{name: n, dataset: d, parameters: {train.lr: {values: [0.1], when: {model.variant: [s]}}}}", "parameters.train.lr.when.model.variant")]
    [InlineData("{name: n, dataset: d, parameters: {train.lr: {min: 0.1, max: 1, steps: 9}}, search: {max_variants: 8}}", "search.max_variants")]
    [InlineData("{name: n, dataset: d, retry: {policies: ECC}}", "retry.policies")]
    [InlineData("{name: n, dataset: d, retry: {policies: [ECC]}}", "retry.policies[0]")]
    [InlineData("{name: n, dataset: d, retry: {policies: [{match: a, action: fail}, {match: '(', action: fail}]}}", "retry.policies[1].match")]
    [InlineData("{name: n, dataset: d, retry: {policies: [{action: fail}]}}", "retry.policies[0].match")]
    [InlineData("{name: n, dataset: d, retry: {policies: [{match: a, action: halve}]}}", "retry.policies[0].action")]
    [InlineData("{name: n, dataset: d, retry: {policies: [{match: a, action: fail, when: b}]}}", "retry.policies[0].when")]
    public void One_mistake_is_one_error_at_its_path(string yaml, string path)
    {
        (SweepSpec? spec, IReadOnlyList<SweepError> errors) = SweepFile.Parse(yaml);

        Assert.Null(spec);
        Assert.Equal(path, Assert.Single(errors).Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("just text")]
    [InlineData("name: [unclosed")]
    [InlineData("a: 1\na: 2")]
    public void What_is_no_mapping_is_one_error(string yaml) => Assert.Single(SweepFile.Parse(yaml).Errors);

    [Fact]
    public void A_huge_file_is_refused_before_it_is_parsed() =>
        Assert.Contains("at most", Assert.Single(SweepFile.Parse(new string('#', SweepFile.MaxLength + 1)).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("name: a\ndataset: b\ntrain:\n  epochs: 3\n  lr: -1", "5")]
    [InlineData("name: a\ndataset: b\ntrian:\n  epochs: 3", "3")]
    [InlineData("name: a\ndataset: b\nparameters:\n  train.lr:\n    values: [0.1]\n  train.batch:\n    min: 1\n    max: 8\n    scale: cubic", "9")]
    [InlineData("name: a\ndataset: b\nretry:\n  policies:\n    - {match: x, action: retry}\n    - {match: y, action: pray}", "6")]
    [InlineData("name: a\ndataset: [b\n", "3")]
    [InlineData("dataset: b", "none")]
    [InlineData("name: a\ndataset: b\n\"\": 3\nfolds: {count: 1}", "none 4")]
    public void A_mistake_tells_its_line(string yaml, string lines) =>
        Assert.Equal(lines, string.Join(' ', SweepFile.Parse(yaml).Errors.Select(e => e.Line?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none")));

    [Fact]
    public void The_line_of_a_setting_is_that_of_its_key()
    {
        const string Yaml = "name: a\n# why\ndataset: b\nresources: {queue: night}";

        Assert.Equal((3, 4, 4), (SweepFile.LineOf(Yaml, "dataset"), SweepFile.LineOf(Yaml, "resources.queue"), SweepFile.LineOf(Yaml, "resources.priority")));
        Assert.Null(SweepFile.LineOf(Yaml, "train.lr"));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("!!seq [")]
    [InlineData("&a [")]
    public void Deep_nesting_is_refused_and_ends_nothing(string open) =>
        Assert.NotEmpty(SweepFile.Parse("name: a\ndataset: " + string.Concat(Enumerable.Repeat(open, 50_000))).Errors);

    [Theory]
    [InlineData("? *i\n: 1", "more than")]
    [InlineData("train: {lr: *i}", "more than")]
    [InlineData("model: &z [*z]", "alias 'z'")]
    public void Aliases_that_stand_for_a_flood_are_refused(string end, string message)
    {
        string bomb = "name: a\ndataset: b\na: &a [x, x]\n" + string.Join('\n', "bcdefghi".Select((c, i) => $"{c}: &{c} [{string.Join(", ", Enumerable.Repeat($"*{"abcdefgh"[i]}", 9))}]"));

        SweepError error = Assert.Single(SweepFile.Parse(message.StartsWith("alias", StringComparison.Ordinal) ? $"name: a\n{end}" : $"{bomb}\n{end}").Errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_gives_what_its_anchor_gives() => Assert.Equal("a", Read("name: &n a\ndataset: *n").Dataset);

    [Fact]
    public void ParseOrThrow_keeps_every_error()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => SweepFile.ParseOrThrow("{folds: {count: 0}}"));

        Assert.Equal(3, error.Errors.Count);
    }

    [Fact]
    public void Written_text_reads_back_to_the_same_spec()
    {
        string once = SweepFile.Write(Read(Full));

        Assert.Equal(once, SweepFile.Write(Read(once)));
        Assert.Contains("train.lr: {min: 0.0001, max: 0.01, scale: log, steps: 3}", once, StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_are_read_in_order_written_back_and_hashed_only_when_there_are_any()
    {
        const string Text = """{name: n, dataset: d, retry: {policies: [{match: 'ECC: "it''s", \d+', action: exclude_node}, {match: OOM, action: halve_batch}]}}""";
        SweepSpec spec = Read(Text);

        Assert.Equal([new LogPolicy("ECC: \"it's\", \\d+", LogPolicy.ExcludeNode), new LogPolicy("OOM", LogPolicy.HalveBatch)], spec.Retry.Policies);
        Assert.Equal(spec.Retry.Policies, Read(SweepFile.Write(spec)).Retry.Policies);
        Assert.NotEqual(SweepFile.Hash(spec), SweepFile.Hash(Read("{name: n, dataset: d}")));
        Assert.DoesNotContain("policies", SweepFile.Write(Read("{name: n, dataset: d, retry: {policies: []}}")), StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_ignores_order_comments_and_spelled_out_defaults()
    {
        string plain = SweepFile.Hash(Read("{name: n, dataset: d}"));

        Assert.Equal(plain, SweepFile.Hash(Read("# note\ndataset: d\nname: n\nfolds: {count: 5}")));
        Assert.NotEqual(plain, SweepFile.Hash(Read("{name: n, dataset: d, train: {lr: 0.02}}")));
    }

    internal static SweepSpec Read(string yaml)
    {
        (SweepSpec? spec, IReadOnlyList<SweepError> errors) = SweepFile.Parse(yaml);
        Assert.Empty(errors);
        return spec!;
    }
}
