using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation.Limits;
using LuckyGraph.Engine.Validation.Rules;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>
/// Validates executable documents (GraphQL September 2025, section 5): every rule of the specification, and the limits of
/// <see cref="ValidationOptions"/>. The cost is linear in the document's size, within budgets where the rules are not.
/// </summary>
public static class DocumentValidator
{
    /// <summary>Every error of the document, up to <see cref="ValidationOptions.MaxErrors"/>; empty when it is valid.</summary>
    public static ImmutableArray<GraphQLError> Validate(Schema schema, DocumentNode document, ValidationOptions? options = null)
        => Validate(schema, document, options ?? ValidationOptions.Default, context => [.. Specified(context), .. LimitRules(context)]);

    internal static ImmutableArray<GraphQLError> Validate(
        Schema schema, DocumentNode document, ValidationOptions options, Func<ValidationContext, ValidationRule[]> rules)
    {
        var context = new ValidationContext(schema, document, options);
        try
        {
            new DocumentWalk(context, rules(context)).Run();
        }
        catch (ValidationAbortedException)
        {
            // The errors found so far are the answer; the last one says why there are no more.
        }

        return context.Errors;
    }

    /// <summary>The rules of the specification, and those of incremental delivery.</summary>
    internal static ValidationRule[] Specified(ValidationContext context) =>
    [
        new ExecutableDefinitions(context),
        new OperationTypeExistence(context),
        new OperationNameUniqueness(context),
        new LoneAnonymousOperation(context),
        new SingleRootField(context),
        new FieldSelections(context),
        new LeafFieldSelections(context),
        new ArgumentNames(context),
        new ArgumentUniqueness(context),
        new RequiredArguments(context),
        new FragmentNameUniqueness(context),
        new FragmentSpreadTypeExistence(context),
        new FragmentsOnObjectInterfaceOrUnionTypes(context),
        new FragmentsMustBeUsed(context),
        new FragmentSpreadTargetDefined(context),
        new FragmentSpreadsMustNotFormCycles(context),
        new FragmentSpreadIsPossible(context),
        new ValuesOfCorrectType(context),
        new InputObjectFieldUniqueness(context),
        new DirectivesAreDefined(context),
        new DirectivesAreInValidLocations(context),
        new DirectivesAreUniquePerLocation(context),
        new VariableUniqueness(context),
        new VariablesAreInputTypes(context),
        new AllVariableUsesDefined(context),
        new AllVariablesUsed(context),
        new AllVariableUsagesAllowed(context),
        new FieldSelectionMerging(context),
        new DeferStreamDirectiveOnRootField(context),
        new DeferStreamDirectiveOnValidOperations(context),
        new DeferStreamDirectiveLabel(context),
        new StreamDirectiveOnListField(context),
    ];

    private static ValidationRule[] LimitRules(ValidationContext context) =>
    [
        new OperationSize(context),
        new DirectivesPerLocation(context),
        new ListLiteralSize(context),
        new Introspection(context),
    ];
}
